using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ModelHub.Api.Graph;

/// <summary>
/// Runs the work of a mutation at most once per caller and idempotency key. What is kept is the changed thing as it was when the
/// work was done, so a replay shows the same, whatever happened to it since; its relations are read as they are now.
/// </summary>
internal static class Once
{
    /// <summary>For work whose result is one entity of <paramref name="db"/>.</summary>
    /// <param name="mutation">Its name: one key under two mutations is two requests.</param>
    /// <param name="input">Everything that was asked for, the key included.</param>
    public static Task<MutationResult<T, Refusal>> OnceAsync<T>(
        this ModelHubDb db, Caller caller, string mutation, object input, string? key, Func<Task<Result<T>>> work, CancellationToken ct)
        where T : class
        => db.OnceAsync(caller, mutation, input, key, work, entity => Snapshot.Of(db, entity), text => Snapshot.RestoreAsync<T>(db, text, ct), ct);

    public static async Task<MutationResult<T, Refusal>> OnceAsync<T>(
        this ModelHubDb db, Caller caller, string mutation, object input, string? key, Func<Task<Result<T>>> work,
        Func<T, string> write, Func<string, Task<T>> read, CancellationToken ct)
        where T : class
    {
        if (key is null)
            return Shown(await work());

        T? done = null;
        var answer = await db.IdempotentAsync(caller.Actor.Value, key, DigestOf(mutation, input), async _ =>
        {
            if ((await work()).IsRefused(out var refused, out done))
                return refused;
            return write(done);
        }, ct);
        if (answer.IsRefused(out var refusal, out var body))
            return Shown(refusal);
        return done ?? await read(body.Body);
    }

    /// <summary>
    /// For work whose result holds a secret, which is stored nowhere: what is kept is only that it was done. A replay learns that
    /// much and what to undo, never the secret.
    /// </summary>
    /// <param name="nameOf">What was made, for whom to name it.</param>
    public static async Task<MutationResult<T, Refusal>> OnceShownAsync<T>(
        this ModelHubDb db, Caller caller, string mutation, object input, string? key, Func<T, string> nameOf, Func<Task<Result<T>>> work, CancellationToken ct)
        where T : class
    {
        if (key is null)
            return Shown(await work());

        T? done = null;
        var answer = await db.IdempotentAsync(caller.Actor.Value, key, DigestOf(mutation, input), async _ =>
        {
            if ((await work()).IsRefused(out var refused, out done))
                return refused;
            return nameOf(done);
        }, ct);
        if (answer.IsRefused(out var refusal, out var body))
            return Shown(refusal);
        return done is null ? new SecretAlreadyShown(body.Body) : done;
    }

    public const string NotAuthorized = "AUTH_NOT_AUTHORIZED";

    /// <summary>Too little role is no refusal of the domain: it fails the field, without detail.</summary>
    public static Refusal Shown(Refusal refusal)
        => refusal is NotPermitted ? throw new GraphQLException("Not permitted.", NotAuthorized) : refusal;

    private static MutationResult<T, Refusal> Shown<T>(Result<T> result)
        where T : class
    {
        if (result.IsRefused(out var refusal, out var value))
            return Shown(refusal);
        return value;
    }

    private static string DigestOf(string mutation, object input)
        => Convert.ToHexStringLower(SHA256.HashData([
            .. System.Text.Encoding.UTF8.GetBytes(mutation + "\n"),
            .. JsonSerializer.SerializeToUtf8Bytes(input, input.GetType(), ModelHub.Database.Conventions.Json.Options)]));
}

/// <summary>The columns of one entity as JSON, and back.</summary>
internal static class Snapshot
{
    public static string Of(ModelHubDb db, object entity)
    {
        var values = db.Entry(entity).Properties.ToDictionary(
            property => property.Metadata.Name,
            property => JsonSerializer.SerializeToElement(ToProvider(property.Metadata, property.CurrentValue)));
        return JsonSerializer.Serialize(values);
    }

    public static async Task<T> RestoreAsync<T>(ModelHubDb db, string text, CancellationToken ct)
        where T : class
    {
        var values = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(text)!;
        var type = db.Model.FindEntityType(typeof(T))!;
        var key = type.FindPrimaryKey()!.Properties.Select(property => FromProvider(property, values[property.Name])).ToArray();
        var entity = await db.Set<T>().FindAsync(key, ct) ?? (T)Activator.CreateInstance(typeof(T), nonPublic: true)!;
        var entry = db.Entry(entity);
        foreach (var property in entry.Properties.Where(property => !property.Metadata.IsKey() && values.ContainsKey(property.Metadata.Name)))
            property.CurrentValue = FromProvider(property.Metadata, values[property.Metadata.Name]);
        return entity;
    }

    private static object? ToProvider(IProperty property, object? value)
        => property.GetTypeMapping().Converter is { } converter ? converter.ConvertToProvider(value) : value;

    private static object? FromProvider(IProperty property, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return null;
        return property.GetTypeMapping().Converter is { } converter
            ? converter.ConvertFromProvider(value.Deserialize(converter.ProviderClrType))
            : value.Deserialize(property.ClrType);
    }
}
