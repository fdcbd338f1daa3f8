using System.Globalization;
using System.Text;
using ModelHub.GraphQL.Types;

namespace ModelHub.Tests.GraphQL.Fuzz;

/// <summary>One request as it goes over the wire.</summary>
/// <param name="Kind">How it was made, for the report.</param>
/// <param name="Query">The query string of a GET; null for a POST.</param>
internal sealed record FuzzRequest(string Kind, byte[] Body, string? Query = null, string ContentType = "application/json", string Accept = "application/graphql-response+json");

/// <summary>Requests of every kind in a fixed mixture, the same for the same seed.</summary>
internal sealed class FuzzRequests
{
    private static readonly string[] Types = ["application/json", "text/plain", "application/graphql", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "", "/", "application/json;;;;", "application/x-www-form-urlencoded"];

    private static readonly string[] Accepts = ["*/*", "text/event-stream", "application/json", "text/html", "", "a/b;q=2", "application/json;q=0", "*/*;q=0.1, text/event-stream;q=0.01", ",,,,"];

    private readonly Dice dice;
    private readonly DocumentGenerator documents;
    private readonly Mutilation mutilation;
    private readonly Bombs bombs;
    private readonly HostileJson hostile;

    public FuzzRequests(Schema schema, int seed)
    {
        dice = new Dice(seed);
        documents = new DocumentGenerator(schema, dice);
        mutilation = new Mutilation(dice);
        bombs = new Bombs(dice);
        hostile = new HostileJson(dice);
    }

    public FuzzRequest Next()
    {
        var share = dice.Below(100);
        return share switch
        {
            < 40 => Generated(),
            < 75 => Mutated(),
            < 85 => HostileVariables(),
            < 89 => Post("bomb", bombs.Next(), null),
            < 92 => RandomBytes(),
            < 95 => BrokenEnvelope(),
            < 97 => ByGet(),
            < 99 => OtherHeaders(),
            _ => EventStream(),
        };
    }

    private FuzzRequest Generated()
    {
        var (document, variables) = documents.Next();
        return Post("generated", document, variables.ToJsonString());
    }

    private FuzzRequest Mutated()
    {
        var (document, variables) = documents.Next();
        return Post("mutated", mutilation.Of(document), variables.ToJsonString());
    }

    private FuzzRequest HostileVariables()
    {
        var (document, variables) = documents.Next();
        return Post("hostile variables", document, hostile.Variables(variables.Select(v => v.Key)));
    }

    private FuzzRequest RandomBytes()
    {
        var bytes = new byte[dice.Size(20_000)];
        dice.Fill(bytes);
        // Half of them inside of a request, as the document.
        return dice.OneIn(2) ? new FuzzRequest("random bytes", bytes) : Post("random bytes", Encoding.Latin1.GetString(bytes), null);
    }

    private FuzzRequest BrokenEnvelope()
    {
        var (document, variables) = documents.Next();
        var body = Post("", document, variables.ToJsonString()).Body;
        for (var i = 1 + dice.Below(5); i > 0; i--)
            body[dice.Below(body.Length)] = (byte)dice.Below(256);
        return new FuzzRequest("broken envelope", dice.OneIn(3) ? body[..dice.Below(body.Length)] : body);
    }

    private FuzzRequest ByGet()
    {
        var (document, variables) = documents.Next();
        var query = dice.OneIn(3) ? mutilation.Of(document) : document;
        var given = dice.OneIn(3) ? hostile.Variables(variables.Select(v => v.Key)) : variables.ToJsonString();
        return new FuzzRequest("get", [], $"?query={Escaped(query)}&variables={Escaped(given)}{dice.Pick(["", "&query=x", "&operationName=Q", "&extensions=1"])}");
    }

    private FuzzRequest OtherHeaders()
    {
        var (document, variables) = documents.Next();
        return Post("headers", document, variables.ToJsonString()) with { ContentType = dice.Pick(Types), Accept = dice.Pick(Accepts) };
    }

    private FuzzRequest EventStream()
    {
        var (document, variables) = documents.Next();
        return Post("event stream", document, variables.ToJsonString()) with { Accept = "text/event-stream" };
    }

    private static string Escaped(string text) => Uri.EscapeDataString(text.Length > 20_000 ? text[..20_000] : text);

    private static FuzzRequest Post(string kind, string document, string? variables) =>
        new(kind, Encoding.UTF8.GetBytes($"{{\"query\":\"{JsonText(document)}\"{(variables is null ? "" : $",\"variables\":{variables}")}}}"));

    /// <summary>Halves of surrogate pairs, which documents are broken into, travel as escapes.</summary>
    private static string JsonText(string text)
    {
        var json = new StringBuilder(text.Length + 20);
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            if (isPair)
                json.Append(text, i++, 2);
            else if (text[i] is '"' or '\\' or < ' ' || char.IsSurrogate(text[i]))
                json.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            else
                json.Append(text[i]);
        }

        return json.ToString();
    }
}
