using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace ModelHub.Console.Elements;

/// <summary>Links that others wrote lead to web pages and nothing else; pictures would call other hosts, so they become links.</summary>
internal static class SafeLinks
{
    public static MarkdownDocument Only(MarkdownDocument document)
    {
        foreach (var link in document.Descendants<LinkInline>())
        {
            link.IsImage = false;
            if (!IsWeb(link.Url))
                link.Url = "#";
        }

        foreach (var link in document.Descendants<AutolinkInline>().Where(link => !link.IsEmail && !IsWeb(link.Url)).ToArray())
            link.ReplaceBy(new LiteralInline(link.Url));
        return document;
    }

    /// <summary>The address when it is an http or https one, else null: for links that came with a version or a check.</summary>
    public static string? Web(string? url) => IsWeb(url) ? url : null;

    private static bool IsWeb(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https");
}
