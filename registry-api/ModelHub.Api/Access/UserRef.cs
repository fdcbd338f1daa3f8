using System.Buffers.Text;
using System.Text;

namespace ModelHub.Api.Access;

/// <summary>A user as callers name one: by global id, or by name. No name looks like a global id, whose letters are mixed.</summary>
internal static class UserRef
{
    public static Task<User?> FindUserAsync(this ModelHubDb db, string reference, CancellationToken ct)
        => IdOf(reference) is { } id ? db.Users.SingleOrDefaultAsync(u => u.Id == id, ct) : db.Users.SingleOrDefaultAsync(u => u.Name == reference, ct);

    private static UserId? IdOf(string reference)
    {
        if (reference.Length > 100 || !Base64Url.IsValid(reference))
            return null;
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(reference));
        return text.StartsWith("User:", StringComparison.Ordinal) && Guid.TryParse(text.AsSpan(5), out var id) ? UserId.From(id) : null;
    }
}
