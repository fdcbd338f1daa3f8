using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ModelHub.GraphQL.Execution;

/// <summary>Gives each call its own database context, for as long as the call lasts.</summary>
internal static class DatabaseScope
{
    public static AsyncResolver Around(Type context, AsyncResolver resolve)
    {
        var create = typeof(DatabaseScope).GetMethod(nameof(Create), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(context).CreateDelegate<Func<FieldCall, Task<DbContext>>>();
        return (call, source, args) => new ValueTask<object?>(Run(create, resolve, call, source, args));
    }

    private static async Task<object?> Run(Func<FieldCall, Task<DbContext>> create, AsyncResolver resolve, FieldCall call, object? source, object?[] args)
    {
        await call.Run.DatabaseGate.WaitAsync(call.RequestAborted);
        try
        {
            await using var database = await create(call);
            call.Database = database;
            return await resolve(call, source, args);
        }
        finally
        {
            call.Database = null;
            call.Run.DatabaseGate.Release();
        }
    }

    private static async Task<DbContext> Create<T>(FieldCall call)
        where T : DbContext => await call.Services.GetRequiredService<IDbContextFactory<T>>().CreateDbContextAsync(call.RequestAborted);
}
