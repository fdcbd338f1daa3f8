namespace ModelHub.Sockets;

/// <summary>Who reads and writes a <see cref="PolledSocket"/>; called on the thread of its loop.</summary>
internal interface ISocketUser
{
    /// <summary>What it waited for to read is there.</summary>
    void Readable();

    /// <summary>There is room again for what it waited to write.</summary>
    void Writable();

    /// <summary>The other side has ended while nobody waited to read.</summary>
    /// <param name="broken">there is nothing to be read any more</param>
    void HungUp(bool broken);
}
