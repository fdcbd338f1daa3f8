namespace ModelHub.Domain.Artifacts;

/// <summary>Imports found, judged against the allow-list: names a model needs to be put together, and nothing that runs code of the file's choosing.</summary>
internal sealed class PickleImports
{
    private const int MaxListed = 100;

    // Modules of which any class may be named. Libraries that only hold data and estimators.
    private static readonly string[] ModulePrefixes =
    [
        "sklearn.", "xgboost.core", "xgboost.sklearn", "lightgbm.basic", "lightgbm.sklearn", "catboost.core",
        "torch.nn.modules.", "torch.nn.parameter", "scipy.sparse.", "pandas.core.", "pandas._libs.",
    ];

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "builtins.object", "builtins.set", "builtins.frozenset", "builtins.bytearray", "builtins.complex", "builtins.slice",
        "builtins.range", "builtins.list", "builtins.dict", "builtins.tuple", "builtins.int", "builtins.float", "builtins.bool",
        "builtins.str", "builtins.bytes",
        "__builtin__.object", "__builtin__.set", "__builtin__.frozenset", "__builtin__.bytearray", "__builtin__.complex",
        "__builtin__.slice", "__builtin__.xrange", "__builtin__.list", "__builtin__.dict", "__builtin__.tuple",
        "__builtin__.long", "__builtin__.int", "__builtin__.float", "__builtin__.bool", "__builtin__.str", "__builtin__.unicode",
        "copyreg._reconstructor", "copy_reg._reconstructor", "collections.OrderedDict", "collections.defaultdict",
        "collections.deque", "collections.Counter", "_codecs.encode", "datetime.datetime", "datetime.date", "datetime.timedelta",
        "decimal.Decimal", "fractions.Fraction", "uuid.UUID",
        "numpy.core.multiarray._reconstruct", "numpy.core.multiarray.scalar", "numpy._core.multiarray._reconstruct",
        "numpy._core.multiarray.scalar", "numpy._core.numeric._frombuffer", "numpy.core.numeric._frombuffer",
        "numpy.ndarray", "numpy.dtype", "numpy.matrix", "numpy.ma.core._mareconstruct", "numpy.ma.core.MaskedArray",
        "numpy.float64", "numpy.float32", "numpy.float16", "numpy.int64", "numpy.int32", "numpy.int16", "numpy.int8",
        "numpy.uint64", "numpy.uint32", "numpy.uint16", "numpy.uint8", "numpy.bool_", "numpy.object_", "numpy.str_",
        "numpy.random._pickle.__randomstate_ctor", "numpy.random._pickle.__generator_ctor",
        "numpy.random._pickle.__bit_generator_ctor", "numpy.random._mt19937.MT19937", "numpy.random._pcg64.PCG64",
        "joblib.numpy_pickle.NumpyArrayWrapper",
        "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter",
        "torch._utils._rebuild_qtensor", "torch._utils._rebuild_sparse_tensor", "torch._tensor._rebuild_from_type_v2",
        "torch.storage.TypedStorage", "torch.storage.UntypedStorage",
        "torch.Size", "torch.device", "torch.Tensor", "torch.serialization._get_layout",
        "torch.FloatStorage", "torch.DoubleStorage", "torch.HalfStorage", "torch.BFloat16Storage", "torch.LongStorage",
        "torch.IntStorage", "torch.ShortStorage", "torch.CharStorage", "torch.ByteStorage", "torch.BoolStorage",
        "torch.float16", "torch.float32", "torch.float64", "torch.bfloat16", "torch.int64", "torch.int32", "torch.uint8",
        "pandas.DataFrame", "pandas.Series", "pandas.Index",
    };

    // Inside the allowed modules: what takes code, a path or a callable as its argument.
    private static readonly string[] Denied =
    [
        "sklearn.utils._testing", "sklearn.externals", "sklearn.datasets", "sklearn._build_utils",
        "pandas.core.computation", "pandas.core.eval",
    ];

    private readonly HashSet<Import> seen = [];
    private readonly List<string> unreadable = [];

    public void Add(string module, string name) => Remember(new Import(ArchivePaths.Printable(module), ArchivePaths.Printable(name)));

    public void Unreadable(string sentence) => Note(sentence);

    public void Unresolved(string opcode, long position) => Note($"an import by {opcode} at byte {position} whose name is only known when loaded");

    public PickleReport Report() => new(
        Sorted(seen),
        [.. Sorted(seen.Where(IsDangerous)).Take(MaxListed).Select(import => $"imports {import}"), .. unreadable]);

    internal static bool IsDangerous(Import import)
    {
        var full = import.ToString();
        if (Denied.Any(denied => full.StartsWith(denied, StringComparison.Ordinal)))
            return true;
        // A dot in the name walks attributes (protocol 4): `sklearn.base` + `os.system`.
        if (import.Name.Contains('.'))
            return true;
        return !Names.Contains(full) && !(NamesClass(import.Name) && ModulePrefixes.Any(prefix => full.StartsWith(prefix, StringComparison.Ordinal)));
    }

    // Functions are not estimators; the two exceptions are how Cython classes are put together.
    private static bool NamesClass(string name)
        => name is "newObj" || name.StartsWith("__pyx_unpickle_", StringComparison.Ordinal) || name.TrimStart('_') is [>= 'A' and <= 'Z', ..];

    private static string[] Sorted(IEnumerable<Import> imports) => [.. imports.Select(import => import.ToString()).Order(StringComparer.Ordinal)];

    private void Remember(Import import)
    {
        if (seen.Count < MaxListed * 10)
            seen.Add(import);
        else if (!seen.Contains(import))
            Note($"more than {MaxListed * 10} different imports");
    }

    internal readonly record struct Import(string Module, string Name)
    {
        public override string ToString() => $"{Module}.{Name}";
    }

    private void Note(string sentence)
    {
        if (unreadable.Count < MaxListed && !unreadable.Contains(sentence))
            unreadable.Add(sentence);
    }
}
