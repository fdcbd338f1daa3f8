using System.Text.Json;

namespace ModelHub.Router.Sketching;

/// <summary>JSON that is read token by token, but for long rows of numbers, which are passed in one go by another who knows only these.</summary>
internal ref struct JsonBody(ReadOnlySpan<byte> utf8)
{
    private ReadOnlySpan<byte> from = utf8;

    public Utf8JsonReader Reader = new(utf8);

    /// <summary>Behind the token that was read.</summary>
    public readonly ReadOnlySpan<byte> Ahead => from[(int)Reader.BytesConsumed..];

    /// <summary>Goes on behind so many bytes, which were whole values of the array that the reader is in, with the comma behind the last.</summary>
    public void Pass(int bytes)
    {
        from = Ahead[bytes..];
        Reader = new(from, isFinalBlock: true, Reader.CurrentState);
    }
}
