using System.Buffers.Text;
using System.Text;

namespace ModelHub.GraphQL.Conventions;

/// <summary>Ids that are unique over all types: base64url of <c>TypeName:id</c>.</summary>
internal static class GlobalId
{
    public static string Encode(string type, string id) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{type}:{id}"));

    /// <exception cref="FormatException">It is the id of another type, or none.</exception>
    public static string Decode(string id, string type)
    {
        var (found, value) = Decode(id) ?? throw new FormatException("The id is not valid.");
        return found == type ? value : throw new FormatException($"The id is not one of {type}.");
    }

    public static (string Type, string Id)? Decode(string id)
    {
        if (id.Length is 0 or > 1000 || !Base64Url.IsValid(id))
            return null;
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(id));
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon <= 0 ? null : (text[..colon], text[(colon + 1)..]);
    }
}
