using System.Runtime.InteropServices;
using ModelHub.Onnx.Native;

namespace ModelHub.Onnx;

/// <summary>
/// A loaded model. Any number of threads may run it at once; disposing it waits for nothing and frees it after the
/// last run in flight.
/// </summary>
public sealed unsafe class OnnxSession : IDisposable
{
    private readonly SessionHandle handle;
    private readonly nint[] inputNames;
    private readonly nint[] outputNames;

    private OnnxSession(nint session)
    {
        handle = new SessionHandle(session);
        Inputs = Ports(session, &OrtApi.SessionGetInputCount, &OrtApi.SessionGetInputName, &OrtApi.SessionGetInputTypeInfo, out inputNames);
        Outputs = Ports(session, &OrtApi.SessionGetOutputCount, &OrtApi.SessionGetOutputName, &OrtApi.SessionGetOutputTypeInfo, out outputNames);
    }

    /// <summary>The inputs a caller must give, in the order that a run takes them.</summary>
    public OnnxPort[] Inputs { get; }

    public OnnxPort[] Outputs { get; }

    /// <exception cref="OnnxException">the library refuses the model</exception>
    public static OnnxSession Open(string path, OnnxSessionOptions? options = null)
    {
        Ort.Ensure();
        var native = OperatingSystem.IsWindows() ? Marshal.StringToCoTaskMemUni(path) : Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            return Open(options, (made, session) => OrtApi.CreateSession(Ort.Env, (void*)native, made, (nint*)session));
        }
        finally
        {
            Marshal.FreeCoTaskMem(native);
        }
    }

    /// <inheritdoc cref="Open(string, OnnxSessionOptions?)"/>
    public static OnnxSession Open(ReadOnlyMemory<byte> model, OnnxSessionOptions? options = null)
    {
        Ort.Ensure();
        using var pin = model.Pin();
        var bytes = (nint)pin.Pointer;
        return Open(options, (made, session) => OrtApi.CreateSessionFromArray(Ort.Env, (byte*)bytes, (nuint)model.Length, made, (nint*)session));
    }

    /// <param name="inputs">one per <see cref="Inputs"/>, in that order</param>
    /// <param name="wanted">indexes into <see cref="Outputs"/></param>
    /// <param name="results">gets one value per wanted output; the caller disposes them</param>
    /// <param name="limit">when the run shall be stopped, or null for never</param>
    /// <exception cref="OnnxException">the run failed or was stopped</exception>
    public void Run(ReadOnlySpan<OnnxValue> inputs, ReadOnlySpan<int> wanted, Span<OnnxValue> results, RunLimit? limit = null)
    {
        results.Clear();
        RunInto(inputs, [], wanted, results, limit);
    }

    /// <param name="order">for each of <see cref="Inputs"/> its index in <paramref name="inputs"/>; empty when they are in order</param>
    /// <param name="results">one per wanted output: written into where one is given, which must fit exactly; else made anew</param>
    /// <inheritdoc cref="Run(ReadOnlySpan{OnnxValue}, ReadOnlySpan{int}, Span{OnnxValue}, RunLimit?)"/>
    internal void RunInto(ReadOnlySpan<OnnxValue> inputs, ReadOnlySpan<int> order, ReadOnlySpan<int> wanted, Span<OnnxValue> results, RunLimit? limit)
    {
        var given = stackalloc nint[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
            given[i] = inputs[order.IsEmpty ? i : order[i]].Handle;
        var names = stackalloc nint[wanted.Length];
        var outputs = stackalloc nint[wanted.Length];
        for (var i = 0; i < wanted.Length; i++)
            (names[i], outputs[i]) = (outputNames[wanted[i]], results[i]?.Handle ?? 0);

        var leased = false;
        try
        {
            handle.DangerousAddRef(ref leased);
            fixed (nint* inNames = inputNames)
            {
                var status = OrtApi.Run(
                    handle.DangerousGetHandle(), limit?.Options ?? 0, (byte**)inNames, given, (nuint)inputs.Length,
                    (byte**)names, (nuint)wanted.Length, outputs);
                Ort.Check(status, limit is { Expired: true } ? OnnxFault.Terminated : OnnxFault.Run);
            }
        }
        finally
        {
            if (leased)
                handle.DangerousRelease();
            for (var i = 0; i < inputs.Length; i++)
                GC.KeepAlive(inputs[i]);
        }
        for (var i = 0; i < wanted.Length; i++)
            results[i] ??= new OnnxValue(outputs[i]);
    }

    public void Dispose() => handle.Dispose();

    private static OnnxSession Open(OnnxSessionOptions? options, Func<nint, nint, nint> create)
    {
        nint session;
        var made = (options ?? new OnnxSessionOptions()).Create();
        try
        {
            Ort.Check(create(made, (nint)(&session)), OnnxFault.Model);
        }
        finally
        {
            OrtApi.ReleaseSessionOptions(made);
        }
        return new OnnxSession(session);
    }

    private OnnxPort[] Ports(
        nint session,
        delegate*<nint, nuint*, nint> count,
        delegate*<nint, nuint, nint, nint*, nint> name,
        delegate*<nint, nuint, nint*, nint> type,
        out nint[] names)
    {
        nuint n;
        Ort.Check(count(session, &n), OnnxFault.Model);
        var ports = new OnnxPort[n];
        names = new nint[n];
        for (nuint i = 0; i < n; i++)
        {
            nint given, info;
            Ort.Check(name(session, i, Ort.Allocator, &given), OnnxFault.Model);
            Ort.Check(type(session, i, &info), OnnxFault.Model);
            names[i] = given;
            handle.Own(given);
            ports[i] = new OnnxPort(Marshal.PtrToStringUTF8(given) ?? "", OrtTypes.Take(info));
        }
        return ports;
    }
}
