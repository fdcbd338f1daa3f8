using System.Runtime.InteropServices;

namespace ModelHub.Onnx.Native;

/// <summary>
/// The functions of ONNX Runtime that we call, by their place in its OrtApi table (onnxruntime_c_api.h). The table
/// only ever grows at the end, so asking for version 15 is right for every library from 1.15 on.
/// Every function that returns a status returns 0 for success; see <see cref="Ort.Check"/>.
/// </summary>
internal static unsafe class OrtApi
{
    private const uint Version = 15;
    private static nint* slots;

    public static string Bind(nint library)
    {
        var getBase = (delegate* unmanaged<nint*>)NativeLibrary.GetExport(library, "OrtGetApiBase");
        var apiBase = getBase();
        var version = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)apiBase[1])()) ?? "";
        slots = (nint*)((delegate* unmanaged<uint, nint>)apiBase[0])(Version);
        return slots is not null
            ? version
            : throw new OnnxException(OnnxFault.NoRuntime, $"ONNX Runtime {version} is older than 1.{Version}.");
    }

    public static int GetErrorCode(nint status) => ((delegate* unmanaged<nint, int>)slots[1])(status);

    public static nint GetErrorMessage(nint status) => ((delegate* unmanaged<nint, nint>)slots[2])(status);

    public static nint CreateEnvWithCustomLogger(
        delegate* unmanaged<nint, int, byte*, byte*, byte*, byte*, void> log, int level, byte* id, nint* env) =>
        ((delegate* unmanaged<delegate* unmanaged<nint, int, byte*, byte*, byte*, byte*, void>, nint, int, byte*, nint*, nint>)slots[4])(
            log, 0, level, id, env);

    public static nint DisableTelemetryEvents(nint env) => ((delegate* unmanaged<nint, nint>)slots[6])(env);

    public static nint CreateSession(nint env, void* path, nint options, nint* session) =>
        ((delegate* unmanaged<nint, void*, nint, nint*, nint>)slots[7])(env, path, options, session);

    public static nint CreateSessionFromArray(nint env, byte* model, nuint length, nint options, nint* session) =>
        ((delegate* unmanaged<nint, byte*, nuint, nint, nint*, nint>)slots[8])(env, model, length, options, session);

    public static nint Run(
        nint session, nint options, byte** inputNames, nint* inputs, nuint inputCount, byte** outputNames, nuint outputCount, nint* outputs) =>
        ((delegate* unmanaged<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint>)slots[9])(
            session, options, inputNames, inputs, inputCount, outputNames, outputCount, outputs);

    public static nint CreateSessionOptions(nint* options) => ((delegate* unmanaged<nint*, nint>)slots[10])(options);

    /// <param name="path">UTF-16 on Windows, bytes elsewhere, as <see cref="CreateSession"/> takes it</param>
    public static nint SetOptimizedModelFilePath(nint options, void* path) =>
        ((delegate* unmanaged<nint, void*, nint>)slots[11])(options, path);

    public static nint DisableMemPattern(nint options) => ((delegate* unmanaged<nint, nint>)slots[17])(options);

    public static nint DisableCpuMemArena(nint options) => ((delegate* unmanaged<nint, nint>)slots[19])(options);

    public static nint SetSessionGraphOptimizationLevel(nint options, int level) =>
        ((delegate* unmanaged<nint, int, nint>)slots[23])(options, level);

    public static nint SetIntraOpNumThreads(nint options, int threads) =>
        ((delegate* unmanaged<nint, int, nint>)slots[24])(options, threads);

    public static nint SetInterOpNumThreads(nint options, int threads) =>
        ((delegate* unmanaged<nint, int, nint>)slots[25])(options, threads);

    public static nint SessionGetInputCount(nint session, nuint* count) =>
        ((delegate* unmanaged<nint, nuint*, nint>)slots[30])(session, count);

    public static nint SessionGetOutputCount(nint session, nuint* count) =>
        ((delegate* unmanaged<nint, nuint*, nint>)slots[31])(session, count);

    public static nint SessionGetInputTypeInfo(nint session, nuint index, nint* type) =>
        ((delegate* unmanaged<nint, nuint, nint*, nint>)slots[33])(session, index, type);

    public static nint SessionGetOutputTypeInfo(nint session, nuint index, nint* type) =>
        ((delegate* unmanaged<nint, nuint, nint*, nint>)slots[34])(session, index, type);

    public static nint SessionGetInputName(nint session, nuint index, nint allocator, nint* name) =>
        ((delegate* unmanaged<nint, nuint, nint, nint*, nint>)slots[36])(session, index, allocator, name);

    public static nint SessionGetOutputName(nint session, nuint index, nint allocator, nint* name) =>
        ((delegate* unmanaged<nint, nuint, nint, nint*, nint>)slots[37])(session, index, allocator, name);

    public static nint CreateRunOptions(nint* options) => ((delegate* unmanaged<nint*, nint>)slots[39])(options);

    public static nint RunOptionsSetTerminate(nint options) => ((delegate* unmanaged<nint, nint>)slots[46])(options);

    public static nint CreateTensorAsOrtValue(nint allocator, long* shape, nuint rank, int type, nint* value) =>
        ((delegate* unmanaged<nint, long*, nuint, int, nint*, nint>)slots[48])(allocator, shape, rank, type, value);

    public static nint CreateTensorWithDataAsOrtValue(nint memory, void* data, nuint bytes, long* shape, nuint rank, int type, nint* value) =>
        ((delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)slots[49])(memory, data, bytes, shape, rank, type, value);

    public static nint GetTensorMutableData(nint value, void** data) =>
        ((delegate* unmanaged<nint, void**, nint>)slots[51])(value, data);

    public static nint GetStringTensorDataLength(nint value, nuint* bytes) =>
        ((delegate* unmanaged<nint, nuint*, nint>)slots[53])(value, bytes);

    public static nint GetStringTensorContent(nint value, byte* text, nuint bytes, nuint* offsets, nuint count) =>
        ((delegate* unmanaged<nint, byte*, nuint, nuint*, nuint, nint>)slots[54])(value, text, bytes, offsets, count);

    public static nint CastTypeInfoToTensorInfo(nint type, nint* tensor) =>
        ((delegate* unmanaged<nint, nint*, nint>)slots[55])(type, tensor);

    public static nint GetOnnxTypeFromTypeInfo(nint type, int* kind) =>
        ((delegate* unmanaged<nint, int*, nint>)slots[56])(type, kind);

    public static nint GetTensorElementType(nint tensor, int* type) =>
        ((delegate* unmanaged<nint, int*, nint>)slots[60])(tensor, type);

    public static nint GetDimensionsCount(nint tensor, nuint* rank) =>
        ((delegate* unmanaged<nint, nuint*, nint>)slots[61])(tensor, rank);

    public static nint GetDimensions(nint tensor, long* shape, nuint rank) =>
        ((delegate* unmanaged<nint, long*, nuint, nint>)slots[62])(tensor, shape, rank);

    public static nint GetTensorTypeAndShape(nint value, nint* tensor) =>
        ((delegate* unmanaged<nint, nint*, nint>)slots[65])(value, tensor);

    public static nint GetValueType(nint value, int* kind) => ((delegate* unmanaged<nint, int*, nint>)slots[67])(value, kind);

    public static nint CreateCpuMemoryInfo(int allocator, int memory, nint* info) =>
        ((delegate* unmanaged<int, int, nint*, nint>)slots[69])(allocator, memory, info);

    public static nint AllocatorFree(nint allocator, nint memory) =>
        ((delegate* unmanaged<nint, nint, nint>)slots[76])(allocator, memory);

    public static nint GetAllocatorWithDefaultOptions(nint* allocator) =>
        ((delegate* unmanaged<nint*, nint>)slots[78])(allocator);

    public static nint GetValue(nint value, int index, nint allocator, nint* item) =>
        ((delegate* unmanaged<nint, int, nint, nint*, nint>)slots[80])(value, index, allocator, item);

    public static nint GetValueCount(nint value, nuint* count) =>
        ((delegate* unmanaged<nint, nuint*, nint>)slots[81])(value, count);

    public static nint CreateValue(nint* items, nuint count, int kind, nint* value) =>
        ((delegate* unmanaged<nint*, nuint, int, nint*, nint>)slots[82])(items, count, kind, value);

    public static void ReleaseStatus(nint status) => ((delegate* unmanaged<nint, void>)slots[93])(status);

    public static void ReleaseSession(nint session) => ((delegate* unmanaged<nint, void>)slots[95])(session);

    public static void ReleaseValue(nint value) => ((delegate* unmanaged<nint, void>)slots[96])(value);

    public static void ReleaseRunOptions(nint options) => ((delegate* unmanaged<nint, void>)slots[97])(options);

    public static void ReleaseTypeInfo(nint type) => ((delegate* unmanaged<nint, void>)slots[98])(type);

    public static void ReleaseTensorTypeAndShapeInfo(nint tensor) => ((delegate* unmanaged<nint, void>)slots[99])(tensor);

    public static void ReleaseSessionOptions(nint options) => ((delegate* unmanaged<nint, void>)slots[100])(options);

    public static nint CastTypeInfoToMapTypeInfo(nint type, nint* map) =>
        ((delegate* unmanaged<nint, nint*, nint>)slots[103])(type, map);

    public static nint CastTypeInfoToSequenceTypeInfo(nint type, nint* sequence) =>
        ((delegate* unmanaged<nint, nint*, nint>)slots[104])(type, sequence);

    public static nint GetMapKeyType(nint map, int* type) => ((delegate* unmanaged<nint, int*, nint>)slots[105])(map, type);

    public static nint GetMapValueType(nint map, nint* type) => ((delegate* unmanaged<nint, nint*, nint>)slots[106])(map, type);

    public static nint GetSequenceElementType(nint sequence, nint* type) =>
        ((delegate* unmanaged<nint, nint*, nint>)slots[107])(sequence, type);

    public static nint GetAvailableProviders(nint** names, int* count) =>
        ((delegate* unmanaged<nint**, int*, nint>)slots[125])(names, count);

    public static nint ReleaseAvailableProviders(nint* names, int count) =>
        ((delegate* unmanaged<nint*, int, nint>)slots[126])(names, count);

    public static nint AddSessionConfigEntry(nint options, byte* key, byte* value) =>
        ((delegate* unmanaged<nint, byte*, byte*, nint>)slots[130])(options, key, value);

    public static nint GetResizedStringTensorElementBuffer(nint value, nuint index, nuint bytes, byte** buffer) =>
        ((delegate* unmanaged<nint, nuint, nuint, byte**, nint>)slots[252])(value, index, bytes, buffer);
}
