namespace ModelHub.Benchmarks.Graph;

/// <summary>
/// The ten operations that a used registry answers most, and those whose price could grow with it. By use: the console asks
/// for what waits on every page and asks a page again after every event that touches it, so its start page, its lists and
/// the pages behind them come first; the command line asks again and again only while it waits, for a version until it is
/// ready and for a promotion until it is over.
/// </summary>
internal static class GraphOperations
{
    private const string Console = "web-ui/ModelHub.Console/";
    private const string Cli = "registry-api/ModelHub.Cli/";
    private const int Size = 25;

    public static async Task<IReadOnlyList<GraphOperation>> OfAsync(SeededApi api, CancellationToken ct)
    {
        var seed = new SeedNames(api.Models);
        var places = await SeedPlaces.OfAsync(api, seed, ct);
        return [.. MostUsed(seed, places), .. Paging(seed, places), .. Filtering(seed)];
    }

    private static IEnumerable<GraphOperation> MostUsed(SeedNames seed, SeedPlaces places) =>
    [
        GraphOperation.Trusted("what waits for approval", "console, every page", Console + "Promotions/CountWaiting", _ => new { }),
        GraphOperation.Trusted("overview", "console, start page", Console + "Overview/ReadOverview", _ => new { }),
        GraphOperation.Trusted("models", "console", Console + "Models/ListModels", _ => new { first = Size }),
        GraphOperation.Trusted("model", "console", Console + "Models/ReadModel", n => new { name = seed.Model(n), first = Size }),
        GraphOperation.Trusted("version", "console", Console + "Versions/ReadVersion", n => new { model = seed.Served(n), version = 8 }),
        GraphOperation.Trusted("promotions", "console", Console + "Promotions/ListPromotions", _ => new { first = Size, where = new { state = new { eq = "AWAITING_APPROVAL" } } }),
        GraphOperation.Trusted("endpoint", "console", Console + "Endpoints/ReadEndpoint", n => new { model = seed.Served(n), environment = "production" }),
        GraphOperation.Trusted("events", "console, audit page", Console + "Events/ListEvents", _ => new { first = Size }),
        GraphOperation.Trusted("a version's state", "CLI, waiting", Cli + "Versions/ReadVersionState", n => new { model = seed.Model(n), version = 8 }),
        GraphOperation.Trusted("a promotion", "CLI, waiting", Cli + "Promotions/ReadPromotion", n => new { id = places.Promotions[n % places.Promotions.Count] }),
    ];

    private static IEnumerable<GraphOperation> Paging(SeedNames seed, SeedPlaces places) =>
    [
        GraphOperation.Trusted("models, first page", "CLI", Cli + "Models/ListModels", _ => new { first = Size }),
        GraphOperation.Trusted("models, deep page", "CLI", Cli + "Models/ListModels", _ => new { first = Size, after = places.Model }),
        GraphOperation.Free("models, last page", "", SeedPlaces.Models("name: ASC"), _ => new { last = Size }),
        GraphOperation.Free("models by last change", "", SeedPlaces.Models("updatedAt: DESC"), _ => new { first = Size }),
        GraphOperation.Free("models by last change, deep", "", SeedPlaces.Models("updatedAt: DESC"), _ => new { first = Size, after = places.Changed }),
        GraphOperation.Trusted("versions of the largest model", "CLI", Cli + "Versions/ListVersions", _ => new { model = seed.Largest, first = Size }),
        GraphOperation.Trusted("the same, deep page", "CLI", Cli + "Versions/ListVersions", _ => new { model = seed.Largest, first = Size, after = places.Version }),
        GraphOperation.Trusted("events, deep page", "CLI, audit export", Cli + "Audit/ExportEvents", _ => new { first = Size, after = places.Event }),
        GraphOperation.Trusted("promotions, deep page", "console", Console + "Promotions/ListPromotions", _ => new { first = Size, after = places.Promotion }),
    ];

    private static IEnumerable<GraphOperation> Filtering(SeedNames seed) =>
    [
        GraphOperation.Trusted("models of a tag", "console", Console + "Models/ListModels", n => new { first = Size, where = new { tags = new { some = new { key = new { eq = "project" }, value = new { eq = seed.Project(n) } } } } }),
        GraphOperation.Free("models of a common tag", "", SeedPlaces.Models("name: ASC"), _ => new { first = Size, where = new { tags = new { some = new { key = new { eq = "stage" }, value = new { eq = "live" } } } } }),
        GraphOperation.Free("models of an owner", "", SeedPlaces.Models("name: ASC"), _ => new { first = Size, where = new { owner = new { eq = "risk-1-team-0" } } }),
        GraphOperation.Trusted("models searched by name", "console", Console + "Models/ListModels", n => new { first = Size, where = new { name = new { contains = seed.Model(n)[^9..] } } }),
        GraphOperation.Trusted("models by the start of the name", "console", Console + "Models/ListModels", n => new { first = Size, where = new { name = new { startsWith = seed.Model(n)[..^2] } } }),
        GraphOperation.Trusted("promotions of a model", "console", Console + "Promotions/ListPromotions", n => new { first = Size, where = new { model = new { eq = seed.Served(n) } } }),
        GraphOperation.Trusted("events of a subject", "console", Console + "Events/ListEvents", n => new { first = Size, where = new { subject = new { eq = $"version:{seed.Model(n)}@5" } } }),
        GraphOperation.Trusted("data of the largest model", "CLI", Cli + "Data/ReadDataVersion", _ => new { dataset = "data-1.applications-00001", version = 1 }),
        GraphOperation.Trusted("alias look-up", "CLI", Cli + "Models/ReadModel", n => new { name = seed.Model(n) }),
    ];
}
