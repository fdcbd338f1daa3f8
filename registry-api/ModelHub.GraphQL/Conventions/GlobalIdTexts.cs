using System.Text;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Conventions;

/// <summary>The global ids of one type, written without making strings of them.</summary>
internal sealed class GlobalIdTexts(string type, Leaves leaves)
{
    private const int GuidLength = 36;

    private readonly byte[] prefix = Encoding.UTF8.GetBytes($"{type}:");

    public void Write(ResponseWriter writer, Guid id)
    {
        Span<byte> text = stackalloc byte[prefix.Length + GuidLength];
        prefix.CopyTo(text);
        id.TryFormat(text[prefix.Length..], out _);
        writer.Base64Url(text);
    }

    public void Write(ResponseWriter writer, string id) => writer.String(GlobalId.Encode(type, id));

    public void WriteAny(ResponseWriter writer, object id) => Write(writer, leaves.IdText(id));
}
