namespace ModelHub.Console.Layout;

/// <summary>Light or dark as chosen with the switch, so that the first paint is right; null leaves it to the system.</summary>
internal static class ChosenTheme
{
    public static string? Of(HttpContext? http) =>
        http?.Request.Cookies["modelhub-theme"] switch { "dark" => "dark", "light" => "light", _ => null };
}
