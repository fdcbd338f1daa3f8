using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Tests.Support;
using Xunit;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Tests.Database;

public sealed class CommitTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly Actor Ada = Actor.User("ada");

    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_commit_stores_the_rows_and_the_event_together()
    {
        var model = await CreateAsync("commit.together");

        await using var db = database.Open();
        var stored = await db.Models.SingleAsync(m => m.Name == "commit.together", ct);
        var row = await db.Events.SingleAsync(e => e.Subject == "model:commit.together", ct);
        Assert.Equal((model.Id, 1L), (stored.Id, stored.Revision));
        Assert.Equal(("model.created", "user:ada"), (row.Type, row.Actor));
        Assert.Contains("commit.together", row.Data);
    }

    [Fact]
    public async Task The_second_of_the_same_name_is_refused_by_name_and_leaves_no_event()
    {
        await CreateAsync("commit.twice");

        await using var db = database.Open();
        db.Models.Add(Model.Create("commit.twice", new ModelDescription(), Ada, Now).Value);
        var refusal = await db.CommitAsync(new ModelCreated("commit.twice"), Ada, ct);

        Assert.Equal(new NameTaken("commit.twice"), refusal);
        Assert.Equal(1, await db.Events.CountAsync(e => e.Subject == "model:commit.twice", ct));
    }

    [Fact]
    public async Task Of_two_who_change_the_same_revision_one_wins_and_the_other_learns_the_new_one()
    {
        await CreateAsync("commit.race");
        await using var one = database.Open();
        await using var two = database.Open();
        (await one.Models.SingleAsync(m => m.Name == "commit.race", ct)).Describe(new ModelDescription("by one"), Now);
        (await two.Models.SingleAsync(m => m.Name == "commit.race", ct)).Describe(new ModelDescription("by two"), Now);

        var first = await one.CommitAsync(new ModelUpdated("commit.race"), Ada, ct);
        var second = await two.CommitAsync(new ModelUpdated("commit.race"), Ada, ct);

        Assert.Null(first);
        Assert.Equal(new RevisionConflict(Expected: 1, Actual: 2), second);
        await using var db = database.Open();
        Assert.Equal("by one", (await db.Models.SingleAsync(m => m.Name == "commit.race", ct)).Description);
    }

    [Fact]
    public async Task Changing_only_tags_moves_the_revision_and_keeps_the_other_tags()
    {
        await CreateAsync("commit.tags", [new Tag("team", "risk"), new Tag("tier", "1")]);

        await using (var db = database.Open())
        {
            var model = await db.Models.SingleAsync(m => m.Name == "commit.tags", ct);
            Assert.Null(model.Describe(new ModelDescription(Tags: [new Tag("team", "fraud"), new Tag("tier", "1")]), Now));
            Assert.Null(await db.CommitAsync(new ModelUpdated("commit.tags"), Ada, ct));
        }

        await using var after = database.Open();
        var found = await after.Models.SingleAsync(m => m.Tags.Any(t => t.Key == "team" && t.Value == "fraud"), ct);
        Assert.Equal(2, found.Revision);
        Assert.Equal([("team", "fraud"), ("tier", "1")], found.Tags.Select(t => (t.Key, t.Value)).Order());
    }

    [Fact]
    public async Task Version_numbers_taken_at_once_have_no_gap_and_no_double()
    {
        var model = await CreateAsync("commit.numbers");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            await using var db = database.Open();
            var number = await db.TakeVersionNumberAsync(model.Id, ct);
            var registration = new VersionRegistration(Digest.Of([1, 2, 3]).Value, 3, "onnx");
            db.Versions.Add(Version.Register(model.Id, number, registration, Ada, Now).Value);
            Assert.Null(await db.CommitAsync(new VersionRegistered("commit.numbers", number, registration.Digest), Ada, ct));
        }));

        await using var after = database.Open();
        var numbers = await after.Versions.Where(v => v.ModelId == model.Id).Select(v => v.Number).Order().ToListAsync(ct);
        Assert.Equal(Enumerable.Range(1, 20), numbers);
    }

    [Fact]
    public async Task A_replay_answers_identically_and_does_nothing_again()
    {
        var runs = 0;
        Task<Result<IdempotentAnswer>> Ask(string digest) => IdempotentlyAsync("idempotent.once", "k1", digest, () => ++runs);

        var first = (await Ask("d1")).Value;
        var replay = (await Ask("d1")).Value;
        var other = await Ask("d2");

        Assert.Equal((first.Body, false, true), (replay.Body, first.Replayed, replay.Replayed));
        Assert.Equal(1, runs);
        Assert.Equal(new IdempotencyKeyReused("k1"), other.Refusal);
    }

    [Fact]
    public async Task Twenty_at_once_under_one_key_do_the_work_once_and_all_get_its_answer()
    {
        var runs = 0;

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            IdempotentlyAsync("idempotent.race", "k2", "d", () => Interlocked.Increment(ref runs))));

        Assert.Equal(1, runs);
        Assert.Single(answers.Select(a => a.Value.Body).Distinct());
        Assert.Single(answers, a => !a.Value.Replayed);
    }

    [Fact]
    public async Task A_refused_request_leaves_its_key_free()
    {
        await using var db = database.Open();
        var refused = await db.IdempotentAsync("ada", "k3", "d", _ => Task.FromResult<Result<string>>(new NotPermitted()), ct);

        var second = await IdempotentlyAsync("idempotent.after-refusal", "k3", "d", () => 1);

        Assert.Equal(new NotPermitted(), refused.Refusal);
        Assert.False(second.Value.Replayed);
    }

    [Fact]
    public async Task Numbers_of_routing_state_commit_in_order_and_are_read_with_their_content()
    {
        await using var slow = database.Open();
        var first = await slow.BumpAsync(Numbered.Routes, ct);
        await using var quick = database.Open();
        var waiting = quick.BumpAsync(Numbered.Routes, ct);
        Assert.False(waiting.IsCompleted);

        Assert.Null(await slow.CommitAsync([], Ada, ct));
        var second = await waiting;
        await using var reader = database.Open();
        var seen = await reader.InSnapshotAsync((numbers, _) => Task.FromResult(numbers.Routes), ct);

        Assert.Equal((first + 1, first), (second, seen));
        Assert.Null(await quick.CommitAsync([], Ada, ct));
    }

    private async Task<Model> CreateAsync(string name, IReadOnlyList<Tag>? tags = null)
    {
        await using var db = database.Open();
        var model = Model.Create(name, new ModelDescription(Tags: tags), Ada, Now).Value;
        db.Models.Add(model);
        Assert.Null(await db.CommitAsync(new ModelCreated(name), Ada, ct));
        return model;
    }

    private async Task<Result<IdempotentAnswer>> IdempotentlyAsync(string model, string key, string digest, Func<int> run)
    {
        await using var db = database.Open();
        return await db.IdempotentAsync("ada", key, digest, async ct =>
        {
            var number = run();
            db.Models.Add(Model.Create(model, new ModelDescription(), Ada, Now).Value);
            return await db.CommitAsync(new ModelCreated(model), Ada, ct) is { } refusal ? refusal : $"answer {number}";
        }, ct);
    }
}
