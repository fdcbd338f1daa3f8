using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ModelHub.Database.Conventions;

/// <summary>
/// Gives every query a command that nobody used before. Npgsql (10.0.3, too) keeps a connection's command for its next query;
/// one whose connection broke while its statement was sent to be prepared still counts as being prepared, and the two
/// queries after it fail, long after the database is back: by a null reference, and by a message that was not expected.
/// </summary>
internal sealed class FreshCommands : DbCommandInterceptor
{
    public override InterceptionResult<DbCommand> CommandCreating(CommandCorrelatedEventData eventData, InterceptionResult<DbCommand> result) =>
        InterceptionResult<DbCommand>.SuppressWithResult(new NpgsqlCommand { Connection = (NpgsqlConnection)eventData.Connection });
}
