namespace ModelHub.Domain.Basics;

/// <summary>An id is a type of its own over a version 7 UUID: ids of two concepts never mix, and new rows land at the end of an index.</summary>
public interface IId<TSelf>
    where TSelf : struct, IId<TSelf>
{
    Guid Value { get; }

    static abstract TSelf From(Guid value);
}
