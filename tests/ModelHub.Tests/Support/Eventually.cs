using System.Diagnostics;
using Xunit;

namespace ModelHub.Tests.Support;

/// <summary>Waits for a condition, with a bound; nothing in the tests sleeps for a fixed time.</summary>
public static class Eventually
{
    public static async Task<T> Is<T>(Func<Task<T>> read, Func<T, bool> holds, TimeSpan? within = null, string? what = null)
    {
        var clock = Stopwatch.StartNew();
        var bound = within ?? TimeSpan.FromMinutes(2);
        while (true)
        {
            var value = await read();
            if (holds(value))
                return value;
            if (clock.Elapsed > bound)
                Assert.Fail($"{what ?? "The condition"} did not hold within {bound.TotalSeconds} s; last seen: {value}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public static Task Holds(Func<Task<bool>> condition, TimeSpan? within = null, string? what = null) => Is(condition, holds => holds, within, what);

    public static Task Holds(Func<bool> condition, TimeSpan? within = null, string? what = null) => Holds(() => Task.FromResult(condition()), within, what);
}
