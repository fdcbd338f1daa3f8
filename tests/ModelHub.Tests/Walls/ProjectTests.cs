using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace ModelHub.Tests.Walls;

/// <summary>The reference table of the house, read from the project files themselves.</summary>
public sealed class ProjectTests
{
    private static readonly string Root = FindRoot();

    /// <summary>Who may reference whom; a project that is not listed may reference nothing of ours.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["ModelHub.Domain"] = [],
        ["ModelHub.GraphQL"] = [],
        ["ModelHub.Hosting"] = [],
        ["ModelHub.Protocol"] = [],
        ["ModelHub.Onnx"] = [],
        ["ModelHub.Inference"] = [],
        ["ModelHub.Sockets"] = [],
        ["ModelHub.Console"] = ["ModelHub.Hosting"],
        ["ModelHub.Cli"] = [],
        ["ModelHub.Database"] = ["ModelHub.Domain"],
        ["ModelHub.Api"] = ["ModelHub.Domain", "ModelHub.Database", "ModelHub.GraphQL", "ModelHub.Hosting", "ModelHub.Protocol"],
        ["ModelHub.Worker"] = ["ModelHub.Domain", "ModelHub.Database", "ModelHub.Hosting", "ModelHub.Onnx", "ModelHub.Inference"],
        ["ModelHub.Node"] = ["ModelHub.Hosting", "ModelHub.Protocol", "ModelHub.Onnx", "ModelHub.Inference", "ModelHub.Sockets"],
        ["ModelHub.Router"] = ["ModelHub.Hosting", "ModelHub.Protocol", "ModelHub.Inference", "ModelHub.Sockets"],
        ["ModelHub.Migrations"] = ["ModelHub.Database"],
    };

    private static readonly string[] Folders = ["migrations", "registry-api", "tests", "web-ui", "worker-runtime"];

    [Fact]
    public void Every_project_references_only_what_the_table_allows()
    {
        foreach (var (name, project) in Products())
        {
            var references = Included(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
            Assert.True(Allowed.ContainsKey(name), $"{name} is not in the table.");
            Assert.True(references.Except(Allowed[name]).ToList() is { Count: 0 }, $"{name} references {string.Join(", ", references.Except(Allowed[name]))}.");
        }
    }

    [Fact]
    public void Every_project_of_the_table_is_there() => Assert.Equal(Allowed.Keys.Order(), Products().Select(p => p.Name).Order());

    [Fact]
    public void The_domain_uses_no_package_and_no_framework_but_the_base()
    {
        var domain = Products().Single(p => p.Name == "ModelHub.Domain").Project;

        string[] uses = ["PackageReference", "FrameworkReference", "Reference", "PackageDownload"];
        Assert.Empty(uses.SelectMany(kind => Included(domain, kind)));
        Assert.Equal("Microsoft.NET.Sdk", (string?)domain.Root!.Attribute("Sdk"));
    }

    [Fact]
    public void Sql_is_in_one_room()
    {
        string[] rooms = ["ModelHub.Database", "ModelHub.Migrations"];
        foreach (var (name, project) in Products().Where(p => !rooms.Contains(p.Name)))
        {
            var drivers = Included(project, "PackageReference").Where(p => p.StartsWith("Npgsql", StringComparison.Ordinal) || p.Contains("EntityFrameworkCore", StringComparison.Ordinal));
            // The engine composes LINQ and awaits it; it knows EF Core's abstractions and no provider.
            var engine = name == "ModelHub.GraphQL" ? new[] { "Microsoft.EntityFrameworkCore" } : [];
            Assert.True(drivers.Except(engine).ToList() is { Count: 0 }, $"{name} uses {string.Join(", ", drivers)}.");
        }
    }

    [Fact]
    public void Unsafe_code_is_in_one_room()
    {
        var unsafes = Products().Where(p => p.Project.Descendants("AllowUnsafeBlocks").Any(e => (bool)e)).Select(p => p.Name);

        Assert.Equal(["ModelHub.Onnx"], unsafes);
    }

    [Fact]
    public void Code_stands_in_the_named_folders_only()
    {
        var projects = Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Split(Path.DirectorySeparatorChar))
            .Where(parts => !parts.Contains("node_modules") && !parts[0].StartsWith('.'));

        Assert.All(projects, parts => Assert.Contains(parts[0], Folders));
        Assert.Equal(Folders, projects.Select(parts => parts[0]).Distinct().Order());
    }

    [Theory]
    [InlineData("await ")]
    [InlineData("DateTimeOffset.UtcNow")]
    [InlineData("DateTime.UtcNow")]
    [InlineData("DateTime.Now")]
    [InlineData("TimeProvider")]
    [InlineData("Random.Shared")]
    [InlineData("File.")]
    [InlineData("HttpClient")]
    public void The_domain_is_pure(string word)
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Root, "registry-api", "ModelHub.Domain"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Contains("obj"));

        Assert.DoesNotContain(sources, path => Regex.IsMatch(File.ReadAllText(path), $@"(?<!\w){Regex.Escape(word)}"));
    }

    [Fact]
    public void The_engine_shows_the_api_nothing_but_its_surface()
    {
        var engine = typeof(ModelHub.GraphQL.GraphQLExecutor).Assembly;
        var project = Products().Single(p => p.Name == "ModelHub.GraphQL").Project;

        // Parser, types, plans and transports have namespaces of their own, and none of them is public.
        Assert.Empty(engine.GetExportedTypes().Where(type => type.Namespace != "ModelHub.GraphQL").Select(type => type.FullName));
        Assert.All(Included(project, "InternalsVisibleTo"), friend => Assert.Contains(friend, TestProjects));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(Path.Combine(Root, "registry-api", "ModelHub.Api"), "*.cs", SearchOption.AllDirectories),
            path => Regex.IsMatch(File.ReadAllText(path), @"ModelHub\.GraphQL\.(?!\w+\()"));
    }

    private static readonly string[] TestProjects = ["ModelHub.Tests", "ModelHub.EndToEnd", "ModelHub.Benchmarks"];

    private static IEnumerable<(string Name, XDocument Project)> Products() =>
        Folders.Where(folder => folder != "tests")
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories))
            .Select(path => (Path.GetFileNameWithoutExtension(path), XDocument.Load(path)));

    private static IEnumerable<string> Included(XDocument project, string kind) =>
        project.Descendants(kind).Select(e => (string?)e.Attribute("Include") ?? "").Where(include => include != "");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ModelHub.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
