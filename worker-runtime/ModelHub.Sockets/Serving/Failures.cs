using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace ModelHub.Sockets.Serving;

/// <summary>What the server expects a broken connection to be told as.</summary>
internal static class Failures
{
    /// <param name="outcome">of <see cref="PolledSocket.Receive"/></param>
    public static IOException Of(int outcome)
    {
        var error = Outcome.ErrorOf(outcome);
        return error is Libc.BrokenPipe or Libc.Reset
            ? new ConnectionResetException("The other side has reset the connection.")
            : new IOException($"Reading failed: {Marshal.GetPInvokeErrorMessage(error)}");
    }
}
