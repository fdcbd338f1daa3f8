namespace ModelHub.Console.Graph;

/// <summary>The idempotency key of what a dialog asks: the same while the same is asked, so that whoever presses again because no answer came asks once.</summary>
internal sealed class OnceKey
{
    private string key = "";
    private string? asked;

    /// <param name="content">All that the request says.</param>
    public string Of(params ReadOnlySpan<string?> content)
    {
        var text = string.Join('\n', content);
        if (text != asked)
            (asked, key) = (text, Guid.NewGuid().ToString("N"));
        return key;
    }
}
