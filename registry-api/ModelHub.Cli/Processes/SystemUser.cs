namespace ModelHub.Cli.Processes;

/// <summary>A user of this machine, as /etc/passwd knows it.</summary>
internal sealed record SystemUser(string Name, int Id, int Group)
{
    /// <summary>Whom a service of root becomes: the dedicated user when there is one, else nobody.</summary>
    public static SystemUser Unprivileged() =>
        Find("modelhub") ?? Find("nobody") ?? throw new BrokenWorldException(
            "PostgreSQL never runs as root, and this machine has neither a user 'modelhub' nor 'nobody'. "
            + "Create one: useradd --system modelhub");

    private static SystemUser? Find(string name)
    {
        foreach (var line in File.ReadLines("/etc/passwd"))
        {
            var parts = line.Split(':');
            if (parts.Length > 3 && parts[0] == name && int.TryParse(parts[2], out var id) && id > 0 && int.TryParse(parts[3], out var group))
                return new SystemUser(name, id, group);
        }

        return null;
    }
}
