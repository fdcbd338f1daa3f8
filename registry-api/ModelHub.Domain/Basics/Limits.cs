namespace ModelHub.Domain.Basics;

/// <summary>The sizes and counts ModelHub accepts.</summary>
public static class Limits
{
    public const int Name = 200;
    public const int ShortText = 400;
    public const int Description = 4_000;
    public const int Card = 200_000;
    public const int Link = 2_000;
    public const int Tags = 100;
    public const int TagKey = 100;
    public const int TagValue = 1_000;
    public const int Metrics = 1_000;
    public const int Parameters = 1_000;
    public const int ParameterValue = 4_000;
    public const int DataVersionsPerVersion = 100;
    public const int FilesPerDataVersion = 1_000;
    public const int IdempotencyKey = 200;
    public const int Reason = 1_000;
}
