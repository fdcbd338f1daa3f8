namespace ModelHub.Domain.Predictions;

/// <summary>
/// What the ledgers of a model's endpoints redact or hash: values that are kept from whoever can do without them, wherever else they might stand.
/// Two are equal when they hide the same.
/// </summary>
/// <param name="Names">In lower case and in order, one a line; <c>*</c> hides all.</param>
public sealed record HiddenFields(string Names)
{
    public static readonly HiddenFields None = new("");

    private const string All = "*";

    public static HiddenFields Of(IEnumerable<LedgerPolicy> policies)
    {
        string[] names = [.. policies.SelectMany(p => p.Redacted.Concat(p.Hashed)).Select(name => name.ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal)];
        return names.Contains(All) ? new(All) : new(string.Join('\n', names));
    }

    public bool Hides(string field) => Names == All || Names.Split('\n').Contains(field, StringComparer.OrdinalIgnoreCase);
}
