using Microsoft.AspNetCore.Components;
using ModelHub.Console.Graph;
using ModelHub.Console.SignIn;

namespace ModelHub.Console.Live;

/// <summary>
/// Asks one question and keeps its answer true: again when the key changes, when an event that matters is seen,
/// when the feed comes back after a gap, and, while something runs whose progress is no event, every so often.
/// </summary>
public sealed partial class Ask<T> : ComponentBase
{
    private static readonly TimeSpan calm = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource closing = new();
    private readonly CancellationToken closed;
    private readonly SemaphoreSlim asking = new(1);
    private Answer<T>? shown;
    private Failure? fault;
    private object? asked;
    private bool taken;
    private bool stale;
    private bool soon;
    private int stamp;

    public Ask() => closed = closing.Token;

    [Parameter, EditorRequired]
    public Func<CancellationToken, Task<Answer<T>>> Run { get; set; } = null!;

    [Parameter, EditorRequired]
    public RenderFragment<T> ChildContent { get; set; } = null!;

    [Parameter]
    public RenderFragment? Waiting { get; set; }

    /// <summary>The page's title while there is no answer to build the page from; null when this stands inside a page.</summary>
    [Parameter]
    public string? Title { get; set; }

    /// <summary>What the question depends on; another key is another question.</summary>
    [Parameter]
    public object Key { get; set; } = "";

    /// <summary>Whether an event changes the answer; every event does when nothing is said.</summary>
    [Parameter]
    public Func<LiveEvent, bool>? Follow { get; set; }

    /// <summary>How soon to ask again although no event came; null for not at all.</summary>
    [Parameter]
    public Func<T, TimeSpan?>? Again { get; set; }

    /// <summary>The page is sent without it: it is asked once the page is live.</summary>
    [Parameter]
    public bool Later { get; set; }

    [Inject]
    private LivePage Page { get; set; } = null!;

    [Inject]
    private Session Session { get; set; } = null!;

    [Inject]
    private Handover Handover { get; set; } = null!;

    private string Question => $"{typeof(T).FullName}|{Key}";

    public Task ReloadAsync() => LoadAsync(++stamp);

    protected override async Task OnParametersSetAsync()
    {
        if (Equals(asked, Key) || (Later && !RendererInfo.IsInteractive))
            return;
        asked = Key;
        fault = null;
        if (RendererInfo.IsInteractive && !taken && await Session.TokenAsync() is { } token && Handover.Take(token, Question) is Answer<T>.Data kept)
        {
            (shown, taken, stale) = (kept, true, true);
            return;
        }

        taken = true;
        await ReloadAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        Page.Seen += OnSeen;
        Page.Caught += OnCaught;
        await Page.JoinAsync();
        if (stale)
            await ReloadAsync();
    }

    private void OnSeen(LiveEvent change)
    {
        if (Follow is null || Follow(change))
            _ = InvokeAsync(SoonAsync);
    }

    private void OnCaught() => _ = InvokeAsync(ReloadAsync);

    // A burst of events is one question, asked once the burst is a moment old, not when it ends: it may never end.
    private async Task SoonAsync()
    {
        if (soon)
            return;
        soon = true;
        await PauseAsync(calm);
        soon = false;
        if (!closed.IsCancellationRequested)
            await ReloadAsync();
    }

    private async Task LaterAsync(TimeSpan pause)
    {
        var mine = stamp;
        await PauseAsync(pause);
        if (mine == stamp && !closed.IsCancellationRequested)
            await ReloadAsync();
    }

    // Returns early, without a fault, when the page is left.
    private async Task PauseAsync(TimeSpan pause) =>
        await Task.Delay(pause, closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private async Task LoadAsync(int mine)
    {
        try
        {
            await asking.WaitAsync(closed);
            try
            {
                var question = asked;
                var answer = await Run(closed);
                if (Equals(question, asked))
                    Show(answer, mine);
            }
            finally
            {
                asking.Release();
            }

            await LeaveAsync();
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
            return;
        }

        if (RendererInfo.IsInteractive && shown is Answer<T>.Data(var value) && Again?.Invoke(value) is { } pause)
            _ = LaterAsync(pause);
        else if (RendererInfo.IsInteractive && fault?.Kind == FailureKind.Unreachable)
            _ = LaterAsync(TimeSpan.FromSeconds(2));
    }

    private void Show(Answer<T> answer, int mine)
    {
        if (mine != stamp && answer is not Answer<T>.Data)
            return;
        stale = false;
        fault = answer is Answer<T>.Failed(var failure) ? failure : null;
        if (fault is null || (shown is not Answer<T>.Data && fault.Kind != FailureKind.Unreachable))
            shown = answer;
        StateHasChanged();
    }

    private async Task LeaveAsync()
    {
        if (!RendererInfo.IsInteractive && shown is Answer<T>.Data && await Session.TokenAsync() is { } token)
            Handover.Leave(token, Question, shown);
    }

    public void Dispose()
    {
        Page.Seen -= OnSeen;
        Page.Caught -= OnCaught;
        closing.Cancel();
        closing.Dispose();
    }
}
