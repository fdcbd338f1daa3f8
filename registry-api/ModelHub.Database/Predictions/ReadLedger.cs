using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Models;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Rollouts;
using Npgsql;
using NpgsqlTypes;

namespace ModelHub.Database.Predictions;

/// <summary>Which part of the ledger is asked for.</summary>
/// <param name="Version">Null: whichever answered.</param>
/// <param name="From">Predictions in [from, until).</param>
/// <param name="KnownAt">With the labels that had arrived by then; null: with all.</param>
/// <param name="OnlyLabelled">Leaves out requests for which no label is known.</param>
/// <param name="Number">The number of the version; null: whichever answered.</param>
public sealed record LedgerPart(
    EndpointId Endpoint, VersionId? Version, DateTimeOffset From, DateTimeOffset Until, DateTimeOffset? KnownAt = null, bool OnlyLabelled = false, int? Number = null);

/// <summary>Reads predictions with their labels, in the order of time, each row of a request for itself.</summary>
public static class ReadLedger
{
    // Arrivals as they are: which of them counts is for the domain to say.
    private const string Sql =
        """
        select p.id, p.request_id, p.at, p.version_id, p.variant_id, p.outcome, p.latency_ms, p.rows, p.inputs, p.outputs, l.row, l.value, l.observed_at, l.arrived_at, p.endpoint_id
        from predictions p
        left join labels l on l.endpoint_id = p.endpoint_id and l.request_id = p.request_id and l.arrived_at <= @known
        where p.endpoint_id = any(@endpoints) and p.at >= @from and p.at < @until and (@version is null or p.version_id = @version) and (not @labelled or l.id is not null)
          and (@number is null or p.version_id in (select v.id from endpoints e join versions v on v.model_id = e.model_id and v.number = @number where e.id = any(@endpoints)))
        order by p.endpoint_id, p.at, p.id
        """;

    /// <summary>Streams: the whole part never lies in memory. Nothing else can use <paramref name="db"/> meanwhile.</summary>
    public static async IAsyncEnumerable<LabelledPrediction> RunAsync(ModelHubDb db, LedgerPart part, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var (_, row) in OfAllAsync(db, [part.Endpoint], part, ct))
            yield return row;
    }

    /// <summary>The same part of several endpoints, one after the other.</summary>
    public static async IAsyncEnumerable<(EndpointId Endpoint, LabelledPrediction Row)> OfAllAsync(
        ModelHubDb db, IReadOnlyCollection<EndpointId> endpoints, LedgerPart part, [EnumeratorCancellation] CancellationToken ct)
    {
        var known = part.KnownAt?.ToUniversalTime() ?? DateTimeOffset.MaxValue;
        await db.Database.OpenConnectionAsync(ct);
        await using var command = Command((NpgsqlConnection)db.Database.GetDbConnection(), endpoints, part);
        await using var reader = await command.ExecuteReaderAsync(ct);
        Request? request = null;
        while (await reader.ReadAsync(ct))
        {
            var id = reader.GetGuid(0);
            if (request?.Id != id)
            {
                foreach (var row in request?.Labelled(known) ?? [])
                    yield return (request!.Endpoint, row);
                request = new Request(reader);
            }
            request.Add(reader);
        }
        foreach (var row in request?.Labelled(known) ?? [])
            yield return (request!.Endpoint, row);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, IReadOnlyCollection<EndpointId> endpoints, LedgerPart part)
    {
        var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.AddWithValue("endpoints", endpoints.Select(e => e.Value).ToArray());
        command.Parameters.Add(new("number", NpgsqlDbType.Integer) { Value = part.Number is { } number ? number : DBNull.Value });
        command.Parameters.Add(new("version", NpgsqlDbType.Uuid) { Value = part.Version is { } version ? version.Value : DBNull.Value });
        command.Parameters.AddWithValue("from", part.From.UtcDateTime);
        command.Parameters.AddWithValue("until", part.Until.UtcDateTime);
        command.Parameters.Add(new("known", NpgsqlDbType.TimestampTz) { Value = part.KnownAt?.UtcDateTime ?? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc) });
        command.Parameters.AddWithValue("labelled", part.OnlyLabelled);
        return command;
    }

    /// <summary>One request with all that arrived for it.</summary>
    private sealed class Request(NpgsqlDataReader reader)
    {
        private readonly string request = reader.GetString(1);
        private readonly DateTimeOffset at = Time(reader, 2);
        private readonly VersionId version = VersionId.From(reader.GetGuid(3));
        private readonly VariantId variant = VariantId.From(reader.GetGuid(4));
        private readonly PredictionOutcome outcome = Enum.Parse<PredictionOutcome>(reader.GetString(5));
        private readonly double latency = reader.GetDouble(6);
        private readonly int rows = reader.GetInt32(7);
        private readonly string? inputs = reader.IsDBNull(8) ? null : reader.GetString(8);
        private readonly string? outputs = reader.IsDBNull(9) ? null : reader.GetString(9);
        private readonly List<LabelArrival> arrivals = [];

        public Guid Id { get; } = reader.GetGuid(0);

        public EndpointId Endpoint { get; } = EndpointId.From(reader.GetGuid(14));

        public void Add(NpgsqlDataReader reader)
        {
            if (!reader.IsDBNull(10))
                arrivals.Add(new(reader.GetInt32(10), reader.GetString(11), Time(reader, 12), Time(reader, 13)));
        }

        public IEnumerable<LabelledPrediction> Labelled(DateTimeOffset known)
        {
            var (asked, answered, labels) = (Rows(inputs), Rows(outputs), arrivals.ToLookup(a => a.Row));
            for (var row = 0; row < rows; row++)
                yield return new(PredictionId.From(Id), request, row, at, version, variant, outcome, latency, At(asked, row), At(answered, row), KnownLabel.At(labels[row], known));
        }

        private static JsonElement[] Rows(string? json) => json is null ? [] : [.. JsonSerializer.Deserialize<JsonElement>(json).EnumerateArray()];

        private static JsonElement? At(JsonElement[] rows, int row) => row < rows.Length ? rows[row] : null;

        private static DateTimeOffset Time(NpgsqlDataReader reader, int column) => new(reader.GetDateTime(column), TimeSpan.Zero);
    }
}
