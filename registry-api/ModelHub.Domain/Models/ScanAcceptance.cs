namespace ModelHub.Domain.Models;

/// <summary>Who looked at the scan of an artifact that runs code, and answers for running it.</summary>
public sealed record ScanAcceptance(string By, string Reason, DateTimeOffset At);
