namespace ModelHub.Router.Wire;

/// <summary>What follows of an answer too large to be held. Disposing it gives the connection up.</summary>
internal interface IAnswerRest : IDisposable
{
    /// <returns>bytes read, 0 at the end, -1 when the answer broke off</returns>
    ValueTask<int> ReadAsync(Memory<byte> into, Deadline deadline);
}
