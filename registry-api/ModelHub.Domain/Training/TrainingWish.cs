namespace ModelHub.Domain.Training;

/// <summary>A run that somebody wants on what the triggers say, and that has not been asked for yet.</summary>
/// <param name="By">Who wanted it last.</param>
/// <param name="At">When.</param>
public sealed record TrainingWish(string By, DateTimeOffset At);
