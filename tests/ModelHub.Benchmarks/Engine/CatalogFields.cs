using ModelHub.GraphQL;

namespace ModelHub.Benchmarks.Engine;

/// <summary>The fields of <c>bench.graphql</c>, answered at once.</summary>
[QueryType]
internal static class CatalogQueries
{
    public static string GetHello() => "world";

    public static Model? GetModel([ID] string id) => Catalog.Find(id);

    [ListSize(SlicingArguments = ["first"])]
    public static IReadOnlyList<Model> GetModels(int first = 20) => Catalog.First(Catalog.Models, first);
}

[ObjectType<Model>]
internal static class ModelFields
{
    [ListSize(SlicingArguments = ["first"])]
    public static IReadOnlyList<Version> GetVersions([Parent] Model model, int first = 3) => Catalog.First(model.All, first);
}

/// <summary>The same with a task at every object field, as a server with a database has them.</summary>
[QueryType]
internal static class TaskQueries
{
    public static string GetHello() => "world";

    public static Task<Model?> GetModel([ID] string id) => Task.FromResult(Catalog.Find(id));

    [ListSize(SlicingArguments = ["first"])]
    public static Task<IReadOnlyList<Model>> GetModels(int first = 20) => Task.FromResult(Catalog.First(Catalog.Models, first));
}

[ObjectType<Model>]
internal static class ModelTasks
{
    public static Task<User> GetOwner([Parent] Model model) => Task.FromResult(model.Owner);

    [ListSize(SlicingArguments = ["first"])]
    public static Task<IReadOnlyList<Version>> GetVersions([Parent] Model model, int first = 3) => Task.FromResult(Catalog.First(model.All, first));
}
