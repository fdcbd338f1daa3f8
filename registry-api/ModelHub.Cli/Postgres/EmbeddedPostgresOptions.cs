namespace ModelHub.Cli.Postgres;

/// <summary>How a private PostgreSQL is run.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>False trades safety at power loss for speed (fsync, full_page_writes and synchronous_commit off): for tests.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>The database that is made with the cluster and named in the connection string.</summary>
    public string Database { get; init; } = "modelhub";

    /// <summary>Connections the server accepts.</summary>
    public int MaxConnections { get; init; } = 200;

    /// <summary>Further settings, name and value, as in postgresql.conf.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Takes each line the server logs; by default they go to server.log in the folder.</summary>
    public Action<string>? Log { get; init; }

    internal IEnumerable<string> Arguments()
    {
        Dictionary<string, string> all = new()
        {
            ["listen_addresses"] = "",
            ["unix_socket_permissions"] = "0700",
            ["max_connections"] = MaxConnections.ToString(),
            ["logging_collector"] = "off",
            // The bundled OpenSSL is old, and a socket of our own needs none.
            ["ssl"] = "off",
        };
        if (!Durable)
            foreach (var name in new[] { "fsync", "full_page_writes", "synchronous_commit" })
                all[name] = "off";
        foreach (var (name, value) in Settings)
            all[name] = value;
        return all.SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" });
    }
}
