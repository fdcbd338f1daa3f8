using System.Runtime.InteropServices;

namespace ModelHub.Onnx.Native;

/// <summary>A session and the native names of its inputs and outputs, freed together after the last run.</summary>
internal sealed class SessionHandle : SafeHandle
{
    private readonly List<nint> names = [];

    public SessionHandle(nint session)
        : base(0, ownsHandle: true) => SetHandle(session);

    public override bool IsInvalid => handle == 0;

    public void Own(nint name) => names.Add(name);

    protected override bool ReleaseHandle()
    {
        OrtApi.ReleaseSession(handle);
        foreach (var name in names)
            OrtApi.AllocatorFree(Ort.Allocator, name);
        return true;
    }
}

internal sealed class RunOptionsHandle : SafeHandle
{
    public RunOptionsHandle(nint options)
        : base(0, ownsHandle: true) => SetHandle(options);

    public override bool IsInvalid => handle == 0;

    public nint Handle => handle;

    protected override bool ReleaseHandle()
    {
        OrtApi.ReleaseRunOptions(handle);
        return true;
    }
}
