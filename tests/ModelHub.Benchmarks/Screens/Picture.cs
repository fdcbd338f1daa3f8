using Microsoft.Playwright;

namespace ModelHub.Benchmarks.Screens;

/// <summary>One picture to take.</summary>
/// <param name="Name">Of the file, without its ending.</param>
/// <param name="Path">The page's address.</param>
/// <param name="Words">What it shows, in one line.</param>
/// <param name="Shows">What is there once its content is.</param>
internal sealed record Picture(string Name, string Path, string Words, string Shows)
{
    public bool Dark { get; init; }

    /// <summary>As on a telephone, 390 px wide.</summary>
    public bool Narrow { get; init; }

    /// <summary>What lies at the top of the picture, of a page that is longer than one.</summary>
    public string? From { get; init; }

    /// <summary>By somebody who has not signed in.</summary>
    public bool SignedOut { get; init; }

    /// <summary>What is done on the page first.</summary>
    public Func<IPage, Task>? Do { get; init; }

    public string File => Name + ".webp";
}
