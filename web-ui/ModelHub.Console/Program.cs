namespace ModelHub.Console;

internal static class Program
{
    public static int Main() => 0;
}
