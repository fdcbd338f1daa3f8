namespace ModelHub.Inference.V2;

/// <summary>The JSON of a request while it is read: its length, and its bytes where they lie in one piece.</summary>
/// <param name="length">of the whole request</param>
/// <param name="bytes">what the reader was made over; empty when numbers shall be left to the reader</param>
internal ref struct JsonText(long length, ReadOnlySpan<byte> bytes)
{
    public long Length { get; } = length;

    /// <summary>From where the present reader starts; it is replaced when numbers were scanned past it.</summary>
    public ReadOnlySpan<byte> Bytes { get; set; } = bytes;
}
