namespace ModelHub.Api.Artifacts;

/// <summary>What came of a step of an upload.</summary>
internal abstract record UploadOutcome
{
    private UploadOutcome() { }

    /// <summary>So many bytes are on disk.</summary>
    public sealed record At(long Offset) : UploadOutcome;

    public sealed record Stored(string Hex, long Size, bool Deduplicated) : UploadOutcome;

    public sealed record Unknown : UploadOutcome;

    /// <summary>Another request writes to it now.</summary>
    public sealed record Busy : UploadOutcome;

    public sealed record WrongOffset(long Offset) : UploadOutcome;

    /// <summary>More bytes than promised, or than one artifact may have.</summary>
    public sealed record TooLong(long Limit) : UploadOutcome;

    public sealed record Incomplete(long Offset, long Size) : UploadOutcome;

    /// <summary>The bytes are not those of the promised digest; the upload is gone.</summary>
    public sealed record WrongDigest(string Expected, string Actual) : UploadOutcome;
}
