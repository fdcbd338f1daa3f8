using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using ModelHub.GraphQL;
using ModelHub.Tests.Support;
using Npgsql;
using Xunit;

namespace ModelHub.Tests.GraphQL;

public readonly record struct BookId(Guid Value);

public sealed class Book
{
    public BookId Id { get; set; }

    public required string Title { get; set; }

    public int? Year { get; set; }

    public DateTimeOffset At { get; set; }

    public List<string> Tags { get; set; } = [];

    public int AuthorId { get; set; }
}

public sealed class Author
{
    public int Id { get; set; }

    public required string Name { get; set; }
}

public sealed class LibraryDb(DbContextOptions<LibraryDb> options) : DbContext(options)
{
    public DbSet<Book> Books => Set<Book>();

    public DbSet<Author> Authors => Set<Author>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema("library");
        modelBuilder.Entity<Book>().Property(b => b.Id).HasConversion(new ValueConverter<BookId, Guid>(id => id.Value, value => new BookId(value)));
        modelBuilder.Entity<Book>().Property(b => b.Title).UseCollation("C");
    }
}

/// <summary>Books in a real database, and the engine over them; every command is counted.</summary>
public sealed class Library(TestPostgres server) : IAsyncLifetime
{
    private string address = "";

    internal Graph Graph { get; private set; } = null!;

    internal CommandLog Log { get; } = new();

    public static Book[] Books { get; } = [.. Enumerable.Range(0, 60).Select(i => new Book
    {
        Id = new BookId(new Guid(i * 7919 % 60, 0, 0, new byte[8])),
        Title = $"t{i % 7}",
        Year = i % 5 == 0 ? null : 1990 + (i % 6),
        At = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMilliseconds(i / 3),
        Tags = i % 2 == 0 ? ["even", $"n{i}"] : [],
        AuthorId = 1 + (i % 9),
    })];

    public async ValueTask InitializeAsync()
    {
        address = await server.CopyAsync();
        Graph = Graph.Of([typeof(LibraryQueries), typeof(BookFields), typeof(AuthorFields)], o => o.Limits.MaxCost = 20_000, b => b
            .AddScalarConverter<BookId, Guid>(id => id.Value, v => new BookId(v), "ID")
            .Services.AddDbContextFactory<LibraryDb>(o => o.UseNpgsql(address).AddInterceptors(Log)));
        await using var db = new LibraryDb(new DbContextOptionsBuilder<LibraryDb>().UseNpgsql(address).Options);
        await db.GetService<IRelationalDatabaseCreator>().CreateTablesAsync();
        db.Authors.AddRange(Enumerable.Range(1, 9).Select(i => new Author { Id = i, Name = $"a{i}" }));
        db.Books.AddRange(Books);
        await db.SaveChangesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Graph.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await server.DropAsync(address);
    }
}

/// <summary>The text of every command since it was cleared.</summary>
internal sealed class CommandLog : DbCommandInterceptor
{
    private readonly Lock gate = new();
    private readonly List<string> texts = [];
    private int running;

    public int MostAtOnce { get; private set; }

    public IReadOnlyList<string> Take()
    {
        lock (gate)
        {
            var all = texts.ToList();
            texts.Clear();
            MostAtOnce = 0;
            return all;
        }
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            texts.Add(command.CommandText);
            MostAtOnce = Math.Max(MostAtOnce, ++running);
        }

        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult> DataReaderClosingAsync(DbCommand command, DataReaderClosingEventData eventData, InterceptionResult result)
    {
        lock (gate)
            running--;
        return ValueTask.FromResult(result);
    }
}

[QueryType]
internal static class LibraryQueries
{
    [UsePaging]
    [UseFiltering(nameof(Book.Id), nameof(Book.Title), nameof(Book.Year), nameof(Book.At), nameof(Book.Tags))]
    [UseSorting(nameof(Book.Title), nameof(Book.Year), nameof(Book.At))]
    public static IQueryable<Book> GetBooks(LibraryDb db) => db.Books.OrderBy(b => b.Id);

    [UseFiltering(nameof(Book.Year), Name = "TitleFilterInput")]
    [UseSorting(nameof(Book.Year), Name = "TitleSortInput")]
    public static async Task<Page<string>> GetTitlesAsync(PagingArguments paging, QueryContext<Book> context, LibraryDb db, CancellationToken ct)
    {
        var page = await db.Books.With(context, q => q.OrderByDescending(b => b.At)).ThenBy(b => b.Id).Select(b => new { b.Title }).ToPageAsync(paging, ct);
        return page.Map(row => row.Title);
    }

    public static Task<Book?> GetBookAsync(BookId id, BookById books, CancellationToken ct) => books.LoadAsync(id, ct);

    public static async Task<int> GetCountAsync(LibraryDb db, CancellationToken ct) => await db.Books.CountAsync(ct);

    public static async Task<string?> GetSlowThenBookAsync(BookById books, CancellationToken ct)
    {
        await Task.Delay(50, ct);
        return (await books.LoadAsync(Library.Books[3].Id, ct))?.Title;
    }
}

[ObjectType<Book>(Ignore = [nameof(Book.AuthorId)])]
internal static class BookFields
{
    public static Task<Author?> GetAuthorAsync([Parent] Book book, AuthorById authors, CancellationToken ct) => authors.LoadAsync(book.AuthorId, ct);

    [NodeResolver]
    public static Task<Book?> GetAsync(BookId id, BookById books, CancellationToken ct) => books.LoadAsync(id, ct);
}

[ObjectType<Author>]
internal static class AuthorFields
{
    public static Task<IReadOnlyList<Book>> GetBooksAsync([Parent] Author author, BooksByAuthor books, CancellationToken ct) => books.LoadAsync(author.Id, ct);
}

internal sealed class BookById(IDbContextFactory<LibraryDb> factory) : BatchDataLoader<BookId, Book>
{
    protected override async Task<IReadOnlyDictionary<BookId, Book>> LoadBatchAsync(IReadOnlyList<BookId> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Books.Where(b => keys.Contains(b.Id)).ToDictionaryAsync(b => b.Id, ct);
    }
}

internal sealed class AuthorById(IDbContextFactory<LibraryDb> factory) : BatchDataLoader<int, Author>
{
    protected override async Task<IReadOnlyDictionary<int, Author>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Authors.Where(a => keys.Contains(a.Id)).ToDictionaryAsync(a => a.Id, ct);
    }
}

internal sealed class BooksByAuthor(IDbContextFactory<LibraryDb> factory) : GroupedDataLoader<int, Book>
{
    protected override async Task<ILookup<int, Book>> LoadGroupsAsync(IReadOnlyList<int> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return (await db.Books.Where(b => keys.Contains(b.AuthorId)).OrderBy(b => b.Id).ToListAsync(ct)).ToLookup(b => b.AuthorId);
    }
}
