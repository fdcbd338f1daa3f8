using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ModelHub.Protocol;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Admitting;

/// <summary>Finds what keeps a caller's requests on one variant.</summary>
internal static class CallerKey
{
    private const int LongestText = 256;

    /// <returns>the variant of the request's key; null when the endpoint has no sticky key or the request does not carry it</returns>
    public static Variant? VariantOf(RoutedEndpoint endpoint, IHeaderDictionary headers, Exchange exchange)
    {
        if (endpoint.Key is not { } sticky)
            return null;
        if (sticky.Source != StickySource.Field)
            return Text(sticky, headers) is { Length: > 0 } text ? Deal(endpoint, text, exchange) : null;
        if (exchange.Headers.ContentEncoding is not null)
            return null;
        Span<byte> value = stackalloc byte[LongestText];
        // The fields of a message have no names.
        var length = exchange.IsMessage ? 0 : Field(exchange.Body.Span, exchange.Verb == Verb.Predict, sticky.Name, value);
        return length > 0 ? Deal(endpoint, value[..length], exchange) : null;
    }

    private static string? Text(StickyKey sticky, IHeaderDictionary headers) => sticky.Source == StickySource.Cookie
        ? Cookie(headers.Cookie, sticky.Name)
        : headers[sticky.Name] is { Count: 1 } values ? values[0] : null;

    // As it was sent: whoever posts a label knows it so.
    private static string? Cookie(StringValues headers, string name) =>
        CookieHeaderValue.TryParseList([.. headers.OfType<string>()], out var cookies) && cookies.FirstOrDefault(c => c.Name.Equals(name, StringComparison.Ordinal)) is { } found
            ? found.Value.ToString()
            : null;

    private static Variant? Deal(RoutedEndpoint endpoint, ReadOnlySpan<char> key, Exchange exchange)
    {
        var variant = endpoint.Of(key);
        if (endpoint.Experiment is { } experiment)
            exchange.Dealt = new(variant, UnitHash.OfKey(experiment.Salt, key));
        return variant;
    }

    private static Variant? Deal(RoutedEndpoint endpoint, ReadOnlySpan<byte> key, Exchange exchange)
    {
        var variant = endpoint.Of(key);
        if (endpoint.Experiment is { } experiment)
            exchange.Dealt = new(variant, UnitHash.OfKey(experiment.Salt, key));
        return variant;
    }

    /// <summary>
    /// The text of <c>parameters.NAME</c> of a V2 request, or of NAME in the first row of <c>/predict</c>, whether rows stand alone
    /// or under <c>instances</c> or <c>rows</c>. Numbers count by how they are written.
    /// </summary>
    /// <returns>bytes written; 0 when it is not there, not a text or a number, or too long</returns>
    public static int Field(ReadOnlySpan<byte> json, bool rows, string name, Span<byte> into)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            return rows ? InFirstRow(ref reader, name, into) : InParameters(ref reader, name, into);
        }
        catch (JsonException)
        {
            // Not JSON: the node says what is wrong with it.
            return 0;
        }
    }

    private static int InParameters(ref Utf8JsonReader reader, string name, Span<byte> into)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("parameters"u8);
            reader.Read();
            if (found)
                return reader.TokenType == JsonTokenType.StartObject ? InObject(ref reader, name, into) : 0;
            reader.Skip();
        }
        return 0;
    }

    // The first object that holds values: [ {…} ], {…}, { "rows": [ {…} ] }.
    private static int InFirstRow(ref Utf8JsonReader reader, string name, Span<byte> into)
    {
        while (reader.Read())
            if (reader.TokenType == JsonTokenType.StartObject && !HoldsRows(reader))
                return InObject(ref reader, name, into);
        return 0;
    }

    private static bool HoldsRows(Utf8JsonReader ahead) =>
        ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName && ahead.Read() && ahead.TokenType is JsonTokenType.StartArray;

    private static int InObject(ref Utf8JsonReader reader, string name, Span<byte> into)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found)
                return Value(ref reader, into);
            reader.Skip();
        }
        return 0;
    }

    private static int Value(ref Utf8JsonReader reader, Span<byte> into)
    {
        if (reader.ValueSpan.Length > into.Length)
            return 0;
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.CopyString(into);
            case JsonTokenType.Number:
                reader.ValueSpan.CopyTo(into);
                return reader.ValueSpan.Length;
            default:
                return 0;
        }
    }
}
