namespace ModelHub.Console.Lineage;

/// <summary>Names as long as a node is wide. The end tells more than the beginning: it has the number.</summary>
internal static class LineageName
{
    private const double Room = LineagePicture.NodeWidth - 28;

    public static string Fit(string name)
    {
        if (Width(name) <= Room)
            return name;
        var from = name.Length;
        for (var left = Room - Width("…"); from > 0 && left >= Width(name[from - 1]); from--)
            left -= Width(name[from - 1]);
        return "…" + name[from..];
    }

    private static double Width(string text) => text.Sum(Width);

    // In pixels at 13 px, semibold, rounded up: an svg text cannot be cut by the browser.
    private static double Width(char letter) => letter switch
    {
        'i' or 'j' or 'l' or '.' or ',' or ':' or '|' or '\'' => 4,
        'f' or 'r' or 't' or '-' or ' ' or '(' or ')' or '/' => 5.5,
        'm' or 'w' or 'M' or 'W' or '@' or '…' => 12,
        _ when char.IsUpper(letter) => 9.5,
        _ => 8,
    };
}
