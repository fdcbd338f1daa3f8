using ModelHub.Console.Graph;

namespace ModelHub.Console.Environments;

/// <summary>What came of a draft: an answer, or the words with which the api refused it. That is no failure of the page, which shows it where the answer would stand.</summary>
internal sealed record Tried<T>(T? Value, string? Fault)
    where T : class
{
    public static Answer<Tried<T>> Of(Answer<T> answer) => answer switch
    {
        Answer<T>.Data(var value) => new Answer<Tried<T>>.Data(new(value, null)),
        Answer<T>.Failed({ Kind: FailureKind.Faulty } failure) => new Answer<Tried<T>>.Data(new(null, failure.Message)),
        Answer<T>.Failed(var failure) => new Answer<Tried<T>>.Failed(failure),
        _ => new Answer<Tried<T>>.Data(new(null, answer.Fault)),
    };
}
