using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ModelHub.GraphQL.Transport;

internal enum AnswerFormat
{
    /// <summary><c>application/json</c>: well-formed requests answer 200, whatever becomes of them.</summary>
    Json,

    /// <summary><c>application/graphql-response+json</c>: the status tells of refused requests.</summary>
    GraphQLResponse,

    /// <summary><c>text/event-stream</c>.</summary>
    EventStream,
}

/// <summary>What the client can read, by its Accept header.</summary>
internal static class Negotiation
{
    private const int MaxRanges = 20;
    private const int MaxLength = 8192;

    // Clients send one of a few headers with every request; what was judged of those is kept.
    private const int MaxKnown = 64;
    private const int MaxKnownLength = 256;

    private static readonly ConcurrentDictionary<string, AnswerFormat?> Known = new(StringComparer.Ordinal);
    private static int known;

    private static readonly (AnswerFormat Format, string Type, string Subtype)[] Offers =
    [
        (AnswerFormat.GraphQLResponse, "application", "graphql-response+json"),
        (AnswerFormat.Json, "application", "json"),
        (AnswerFormat.EventStream, "text", "event-stream"),
    ];

    /// <summary>Null when nothing we have is acceptable.</summary>
    public static AnswerFormat? Of(HttpRequest request)
    {
        var header = request.Headers.Accept.ToString();
        if (header.Length == 0)
            return AnswerFormat.Json;
        if (Known.TryGetValue(header, out var format))
            return format;
        format = header.Length > MaxLength ? null : Judge(request.Headers.Accept);
        if (header.Length <= MaxKnownLength && Volatile.Read(ref known) < MaxKnown && Known.TryAdd(header, format))
            Interlocked.Increment(ref known);
        return format;
    }

    private static AnswerFormat? Judge(StringValues header)
    {
        if (!MediaTypeHeaderValue.TryParseList(header, out var ranges))
            return null;
        AnswerFormat? best = null;
        double bestQuality = 0;
        foreach (var offer in Offers)
        {
            var (quality, isExact) = Quality(ranges.Take(MaxRanges), offer.Type, offer.Subtype);
            // A wildcard means the format that every client reads.
            if (!isExact && offer.Format != AnswerFormat.Json)
                continue;
            if (quality > bestQuality)
                (best, bestQuality) = (offer.Format, quality);
        }

        return best;
    }

    public static string ContentType(AnswerFormat format) => format switch
    {
        AnswerFormat.GraphQLResponse => "application/graphql-response+json; charset=utf-8",
        AnswerFormat.EventStream => "text/event-stream; charset=utf-8",
        _ => "application/json; charset=utf-8",
    };

    private static (double Quality, bool IsExact) Quality(IEnumerable<MediaTypeHeaderValue> ranges, string type, string subtype)
    {
        var (quality, specificity) = (0d, -1);
        foreach (var range in ranges)
        {
            var matches = range.MatchesAllTypes ? 0
                : !range.Type.Equals(type, StringComparison.OrdinalIgnoreCase) ? -1
                : range.MatchesAllSubTypes ? 1
                : range.SubType.Equals(subtype, StringComparison.OrdinalIgnoreCase) ? 2 : -1;
            if (matches > specificity)
                (quality, specificity) = (range.Quality ?? 1, matches);
        }

        return (quality, specificity == 2);
    }
}
