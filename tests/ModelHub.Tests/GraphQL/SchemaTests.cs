using ModelHub.GraphQL;
using Xunit;

namespace ModelHub.Tests.GraphQL;

public sealed class SchemaTests
{
    [Fact]
    public async Task Signatures_and_comments_make_the_schema()
    {
        await using var graph = More();

        Assert.Equal(
            """"
            schema {
              query: Query
            }

            """Anything alive."""
            interface Animal {
              name: String!
              legs: Int!
            }

            type Cat implements Animal {
              name: String!
              """How often a day."""
              naps: Int
              legs: Int!
            }

            """A place to look in, made of text."""
            scalar Corner

            type Dog implements Animal {
              name: String!
              tricks: [[String]!]!
              old: Boolean! @deprecated(reason: "dogs do not age")
              legs: Int!
            }

            """What find takes."""
            input FindInput {
              """What it is called."""
              name: String!
              moods: [Mood!]
            }

            """A signed 64-bit integer, as a JSON number."""
            scalar Long

            enum Mood {
              CALM
              VERY_WILD
            }

            union Pet = Cat | Dog

            type Query {
              """All of them."""
              animals(
                find: FindInput
                moods: [Mood!]! = [CALM, VERY_WILD]
                """How many."""
                limit: Int! = 3
              ): [Animal!]
              pet(corner: Corner!): Pet
              size: Long!
              at: DateTime
            }

            """".ReplaceLineEndings("\n"),
            graph.Executor.PrintSchema().Replace(Scalars, "", StringComparison.Ordinal));
    }

    private const string Scalars = "\"\"\"A point in time after RFC 3339, answered in UTC.\"\"\"\nscalar DateTime @specifiedBy(url: \"https://scalars.graphql.org/andimarek/date-time\")\n\n";

    private static Graph More() => Graph.Of([typeof(Query), typeof(IAnimal), typeof(AnimalFields), typeof(Pet)], more: b => b.AddScalarConverter<Corner, string>(c => c.Text, t => new Corner(t), "Corner", "A place to look in, made of text."));

    [Fact]
    public void Every_fault_of_a_schema_is_told_before_the_start()
    {
        var refused = Assert.Throws<SchemaException>(() => Graph.Of([typeof(Faulty)]).Executor);

        Assert.Contains("__hidden", refused.Message, StringComparison.Ordinal);
        Assert.Contains("The default of Query.bad(text) does not fit", refused.Message, StringComparison.Ordinal);
        Assert.Contains("LoopInput requires itself", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Query.needed(a) is required and cannot be deprecated", refused.Message, StringComparison.Ordinal);
        Assert.Contains("The enum Nothing has no values", refused.Message, StringComparison.Ordinal);
        Assert.Contains("The default of Query.roundabout(round) leads back to itself", refused.Message, StringComparison.Ordinal);
        Assert.Contains("The default of RoundInput.about leads back to itself", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Query.ended(round)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("ChoiceInput.both is one of several and must be nullable and without default", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_types_of_one_name_are_refused_with_both()
    {
        var refused = Assert.Throws<SchemaException>(() => Graph.Of([typeof(Clashing)]).Executor);

        Assert.Contains("+Inner+Thing", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Anything alive.</summary>
    [InterfaceType]
    [GraphQLName("Animal")]
    internal interface IAnimal
    {
        string Name { get; }
    }

    [InterfaceType<IAnimal>]
    internal static class AnimalFields
    {
        public static int GetLegs([Parent] IAnimal animal) => animal.Name.Length;
    }

    [UnionType]
    internal abstract record Pet(string Name) : IAnimal;

    /// <param name="Naps">How often a day.</param>
    internal sealed record Cat(string Name, int? Naps) : Pet(Name);

    internal sealed record Dog(string Name, List<string?[]> Tricks) : Pet(Name)
    {
        [GraphQLDeprecated("dogs do not age")]
        public bool Old => false;
    }

    internal enum Mood
    {
        Calm,
        VeryWild,
    }

    internal readonly record struct Corner(string Text);

    /// <param name="Name">What it is called.</param>
    internal sealed record FindInput(string Name, IReadOnlyList<Mood>? Moods);

    [QueryType]
    internal static class Query
    {
        /// <summary>All of them.</summary>
        /// <param name="limit">How many.</param>
        public static IReadOnlyList<IAnimal>? GetAnimals(FindInput? find, [GraphQLDefault("[CALM, VERY_WILD]")] Mood[] moods, int limit = 3) => find is null && moods.Length < limit ? [] : null;

        public static Pet? GetPet(Corner corner) => new Cat(corner.Text, null);

        public static Task<long> GetSizeAsync(CancellationToken ct) => Task.FromResult(ct.IsCancellationRequested ? 0L : 1L);

        public static DateTime? GetAt() => null;
    }

    internal sealed record Loop(Loop Next, int Depth);

    internal sealed record Round([property: GraphQLDefault("{}")] Round? About, int? Turns);

    internal enum Nothing;

    [OneOf]
    internal sealed record Choice(int? One, [property: GraphQLDefault("2")] int? Both);

    [QueryType]
    internal static class Faulty
    {
        [GraphQLName("__hidden")]
        public static int Hidden() => 1;

        public static int Bad([GraphQLDefault("5")] string text) => text.Length;

        public static int Endless(Loop loop) => loop.GetHashCode();

        public static int Needed([GraphQLDeprecated("no")] int a) => a;

        public static int Empty(Nothing nothing) => nothing.GetHashCode();

        public static int Roundabout([GraphQLDefault("{turns: 1}")] Round? round) => round?.Turns ?? 0;

        public static int Ended([GraphQLDefault("{about: null}")] Round? round) => round?.Turns ?? 0;

        public static int Chosen(Choice choice) => choice.GetHashCode();
    }

    internal static class Inner
    {
        internal sealed record Thing(int A);
    }

    internal sealed record Thing(int A);

    [QueryType]
    internal static class Clashing
    {
        public static Thing A() => new(1);

        public static Inner.Thing B() => new(1);
    }
}
