using System.Text;

namespace ModelHub.Console.Events;

/// <summary>The name of an event in words: PromotionApproved, promotion.approved and promotion-approved are all "Promotion approved".</summary>
internal static class Happening
{
    public static string Words(string type)
    {
        var words = new StringBuilder(type.Length + 4);
        foreach (var (letter, index) in type.Select((letter, index) => (letter, index)))
        {
            if (letter is '.' or '-' or '_')
                words.Append(' ');
            else if (char.IsUpper(letter) && index > 0 && char.IsLower(type[index - 1]))
                words.Append(' ').Append(char.ToLowerInvariant(letter));
            else
                words.Append(index == 0 ? char.ToUpperInvariant(letter) : letter);
        }

        return words.ToString();
    }
}
