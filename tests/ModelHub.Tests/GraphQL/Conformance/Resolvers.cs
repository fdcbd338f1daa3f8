using System.Runtime.CompilerServices;
using System.Text.Json;
using ModelHub.GraphQL;

namespace ModelHub.Tests.GraphQL.Conformance;

[QueryType]
internal static class Queries
{
    public static IThing? GetThing([ID] string id) => Registry.Find(id);

    public static IThing?[] GetThings([ID] string[] ids) => [.. ids.Take(50).Select(Registry.Find)];

    public static async Task<Model?> GetModelAsync(ModelLookup? by)
    {
        await Task.Yield();
        return Registry.Models.Find(m => m.Id == by?.Id || m.Name == by?.Name || m.Owner.Login == by?.Owner?.Login);
    }

    [UsePaging]
    [UseFiltering(nameof(Model.Name), nameof(Model.Stage), nameof(Model.Downloads))]
    [UseSorting(nameof(Model.Name), nameof(Model.Downloads))]
    public static IQueryable<Model> GetModels() => Registry.Models.AsQueryable().OrderBy(m => m.Id);

    [ListSize(SlicingArguments = ["limit"])]
    public static ISearchResult[] Search(string text, int limit = 5) =>
        [.. Registry.Models.Where(m => m.Name.Contains(text, StringComparison.Ordinal)).Cast<ISearchResult>().Concat(Registry.Users).Take(Math.Max(0, limit))];

    public static User? GetViewer() => Registry.Users[0];

    public static string? Echo(string? text, int? number, double? ratio, bool? flag, [ID] string? id, Stage? stage, int[]? list, string?[]?[]? deep, DateTime? at) =>
        JsonSerializer.Serialize(new { text, number, ratio, flag, id, stage, list, deep, at });

    public static string? Failing() => throw new GraphQLException("this field always fails", "ALWAYS");

    public static async Task<string> FailingNonNullAsync()
    {
        await Task.Yield();
        throw new InvalidOperationException("a secret of the server");
    }
}

[ObjectType<Model>]
internal static class ModelFields
{
    [UsePaging]
    [UseFiltering(nameof(ModelVersion.Number), nameof(ModelVersion.Stage))]
    [UseSorting(nameof(ModelVersion.Number))]
    public static IQueryable<ModelVersion> GetVersions([Parent] Model model) => model.All.AsQueryable().OrderBy(v => v.Id);

    public static async ValueTask<ModelVersion?> GetLatestAsync([Parent] Model model)
    {
        await Task.Yield();
        return model.All[^1];
    }

    public static Model? GetParent([Parent] Model model) => Registry.Models.Find(m => m.Id == $"M{int.Parse(model.Id[1..]) - 1}");

    [ListSize(SlicingArguments = ["limit"])]
    public static IThing[] GetRelated([Parent] Model model, [GraphQLDeprecated("unused")] string? kind, int limit = 2) =>
        [.. model.All.Cast<IThing>().Prepend(Registry.Users[0]).Take(kind is null ? Math.Max(0, limit) : 0)];
}

[MutationType]
internal static class Mutations
{
    [Error(typeof(NameTaken))]
    public static MutationResult<Model, object> CreateModel(CreateModelInput input) => new NameTaken(input.Name);

    [Error(typeof(ModelNotFound))]
    [Error(typeof(NameTaken))]
    public static MutationResult<ModelVersion, object> Promote([ID] string versionId, Stage to) => new ModelNotFound($"no {versionId} for {to}");

    public static bool DeleteModel([ID] string id) => id.Length == 0;
}

[SubscriptionType]
internal static class Subscriptions
{
    /// <summary>Counts up to n, one number each 20 ms.</summary>
    [Subscribe]
    public static async IAsyncEnumerable<int> Counter([EnumeratorCancellation] CancellationToken ct, int to = 3)
    {
        for (var i = 1; i <= to; i++)
        {
            await Task.Delay(20, ct);
            yield return i;
        }
    }

    [Subscribe(With = nameof(Changes))]
    public static Model ModelChanged([EventMessage] Model model) => model;

    public static async IAsyncEnumerable<Model> Changes([ID] string? id, [EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(50, ct);
            yield return Registry.Models.Find(m => m.Id == id) ?? Registry.Models[0];
        }
    }
}
