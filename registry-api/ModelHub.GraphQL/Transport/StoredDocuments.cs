using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;
using ModelHub.GraphQL.Validation;

namespace ModelHub.GraphQL;

/// <summary>Trusted documents, stored by their SHA-256 and checked at start.</summary>
internal sealed class StoredDocuments
{
    private readonly FrozenDictionary<string, string> byId;
    private readonly FrozenSet<string> sources;

    private StoredDocuments(Dictionary<string, string> documents) =>
        (byId, sources) = (documents.ToFrozenDictionary(StringComparer.Ordinal), documents.Values.ToFrozenSet(StringComparer.Ordinal));

    /// <exception cref="SchemaException">A document is not valid, or its name is not its digest.</exception>
    public static StoredDocuments Load(GraphQLOptions options, Schema schema)
    {
        var documents = new Dictionary<string, string>();
        foreach (var file in options.TrustedDocumentDirectories.SelectMany(Files))
        {
            var bytes = File.ReadAllBytes(file);
            var id = Convert.ToHexStringLower(SHA256.HashData(bytes));
            if (Path.GetFileNameWithoutExtension(file) != id)
                throw new SchemaException($"The stored document {Path.GetFileName(file)} is not named by its SHA-256, {id}.");
            documents[id] = Checked(Encoding.UTF8.GetString(bytes), id, schema, options);
        }

        return new StoredDocuments(documents);
    }

    public int Count => byId.Count;

    /// <summary>The documents themselves.</summary>
    public IEnumerable<string> Sources => byId.Values;

    public string? Find(string id) => byId.GetValueOrDefault(id.StartsWith("sha256:", StringComparison.Ordinal) ? id[7..] : id);

    public bool Holds(string source) => sources.Contains(source);

    private static IEnumerable<string> Files(string directory) => Directory.Exists(directory)
        ? Directory.EnumerateFiles(directory, "*.graphql", SearchOption.AllDirectories)
        : throw new SchemaException($"The directory of trusted documents {directory} does not exist.");

    private static string Checked(string source, string id, Schema schema, GraphQLOptions options)
    {
        try
        {
            var errors = Validator.Validate(schema, Parser.Parse(source, options.Limits), options.Limits, suggests: true);
            return errors.Length == 0 ? source : throw new SchemaException($"The stored document {id} is not valid: {errors[0].Message}");
        }
        catch (SyntaxException e)
        {
            throw new SchemaException($"The stored document {id} is not valid: {e.Message}");
        }
    }
}
