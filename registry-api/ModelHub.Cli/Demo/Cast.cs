using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Demo;

/// <summary>Who and what the story is about.</summary>
/// <param name="Admin">Made by <c>up</c>.</param>
/// <param name="Scientist">Trains, registers, asks for promotions.</param>
/// <param name="Owner">Approves them.</param>
/// <param name="Model">A name that no earlier telling on the same data folder used.</param>
internal sealed record Cast(GraphClient Admin, GraphClient Scientist, GraphClient Owner, string Model)
{
    private const string Story = "risk.credit-scoring";
    private const string Instant = "risk.instant-credit";

    public string Dataset => Model.Replace(Story, "risk.loan-applications", StringComparison.Ordinal).Replace(Instant, "risk.instant-applications", StringComparison.Ordinal);

    public string Pipeline => Model + ".training";

    /// <summary>The same people with the model that decides at once, whose labels come early.</summary>
    public Cast OfInstantCredit() => this with { Model = Model.Replace(Story, Instant, StringComparison.Ordinal) };

    public static async Task<Cast> AssembleAsync(GraphClient admin, CancellationToken ct)
    {
        var scientist = await People.SignInAsync(admin, "dana", "Dana, data scientist", ["CONTRIBUTOR", "APPROVER"], ct);
        var owner = await People.SignInAsync(admin, "robin", "Robin, release owner", ["APPROVER", "OPERATOR"], ct);
        return new Cast(admin, scientist, owner, await FreeNameAsync(admin, ct));
    }

    private static async Task<string> FreeNameAsync(GraphClient admin, CancellationToken ct)
    {
        for (var telling = 1; ; telling++)
        {
            var name = telling == 1 ? Story : $"{Story}-{telling}";
            if ((await admin.QueryAsync(Documents.FindModel, new { name }, ct))["model"] is null)
                return name;
        }
    }
}
