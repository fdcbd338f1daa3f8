using ModelHub.Onnx.Validation;

namespace ModelHub.Node;

internal static class Program
{
    public static int Main(string[] args) =>
        args is [ValidateVerb.Name, .. var rest] ? ValidateVerb.Run(rest, Console.Out) : 0;
}
