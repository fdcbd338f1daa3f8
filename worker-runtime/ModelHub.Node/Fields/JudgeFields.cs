using System.Text;
using ModelHub.Inference;
using ModelHub.Inference.Predict;
using ModelHub.Node.Serving;
using ModelHub.Protocol;

namespace ModelHub.Node.Fields;

/// <summary>Looks at rows of named fields as their endpoint wants it: values the version's data did not have are flagged or refused.</summary>
internal static class JudgeFields
{
    public const string Header = "x-modelhub-flagged";

    // A head of an answer has 16 KiB for everything.
    private const int MostText = 2048;

    public static RequestFault? Run(HttpContext context, LoadedVersion version, InferRequest rows)
    {
        var policy = version.RulesOf(context)?.OutOfRange ?? OutOfRange.Ignore;
        if (policy == OutOfRange.Ignore || version.Fields is not { } fields || fields.Check.Find(rows) is not { } found)
            return null;
        fields.Count(found);
        if (policy == OutOfRange.Refuse)
            return found[0].Fault;
        context.Response.Headers[Header] = Names(found);
        return null;
    }

    /// <summary>As in a URL, so that any name may stand in a header: <c>age,monthly%20income</c>; dots at the end when there are more.</summary>
    private static string Names(List<OutsideValue> found)
    {
        var text = new StringBuilder();
        foreach (var value in found)
        {
            var name = Uri.EscapeDataString(value.Name);
            if (text.Length + name.Length > MostText)
                return text.Append(text.Length > 0 ? "," : "").Append("...").ToString();
            text.Append(text.Length > 0 ? "," : "").Append(name);
        }
        return text.ToString();
    }
}
