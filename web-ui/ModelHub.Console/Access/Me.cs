namespace ModelHub.Console.Access;

/// <summary>Who asks, and what they may do: enough to say beforehand why a button may not be pressed. The api decides all the same.</summary>
public sealed record Me(string Kind, string Name, IReadOnlyList<RoleBinding> Bindings)
{
    /// <summary>How the record names me as the one who did something.</summary>
    public string Actor => (Kind == "USER" ? "user:" : "token:") + Name;

    public bool May(Deed deed, string model, string environment) => Bindings.Any(binding => binding.Grants(deed) && binding.Covers(model, environment));

    /// <summary>Null when it may be done, else the reason it may not.</summary>
    public string? WhyNot(Deed deed, string model, string environment) =>
        May(deed, model, environment) ? null : $"Needs the role {Needs(deed)} for {model} in {environment}; ask an administrator.";

    /// <summary>The same for what has no environment.</summary>
    public string? WhyNot(Deed deed, string model) =>
        Bindings.Any(binding => binding.Grants(deed) && binding.CoversName(model)) ? null : $"Needs the role {Needs(deed)} for {model}; ask an administrator.";

    private static string Needs(Deed deed) => deed switch
    {
        Deed.Approve => "approver",
        Deed.Operate => "operator",
        Deed.Administer => "admin",
        _ => "contributor",
    };
}

public enum Deed
{
    Write,
    RequestPromotion,
    Approve,
    Operate,
    Administer,
}

/// <summary>A role in a namespace (a prefix of model names, or *) and an environment (or *).</summary>
public sealed record RoleBinding(string Role, string Namespace, string Environment)
{
    public bool Grants(Deed deed) => Role switch
    {
        "ADMIN" => true,
        "OPERATOR" => deed is Deed.Write or Deed.RequestPromotion or Deed.Operate,
        "APPROVER" => deed is Deed.Approve,
        "CONTRIBUTOR" => deed is Deed.Write or Deed.RequestPromotion,
        _ => false,
    };

    public bool Covers(string model, string environment) => CoversName(model) && (Environment == "*" || Environment == environment);

    public bool CoversName(string model) => Namespace == "*" || model == Namespace || model.StartsWith(Namespace + ".", StringComparison.Ordinal);
}
