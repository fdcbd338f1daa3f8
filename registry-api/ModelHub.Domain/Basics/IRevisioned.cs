namespace ModelHub.Domain.Basics;

/// <summary>A thing that changes. The revision starts at 1 and grows by one with every committed change; the database layer moves it and refuses a lost update.</summary>
public interface IRevisioned
{
    long Revision { get; }
}
