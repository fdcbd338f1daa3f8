using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;
using Xunit;
using static ModelHub.Tests.Domain.Sample;

namespace ModelHub.Tests.Domain.Models;

public sealed class AliasTests
{
    private readonly Alias alias = Alias.Create(ModelId.New(Now), "champion", VersionId.New(Now), Ada, Now).Value.Alias;

    [Fact]
    public void It_moves_only_from_where_the_caller_believes_it_to_be()
    {
        Assert.Null(Alias.Compare("champion", (alias, 3), expectVersion: 3, expectedRevision: null));
        Assert.Equal(new AliasMoved("champion", 2, 3), Alias.Compare("champion", (alias, 3), expectVersion: 2, expectedRevision: null));
        Assert.Equal(new RevisionConflict(7, alias.Revision), Alias.Compare("champion", (alias, 3), null, expectedRevision: 7));
        Assert.Null(Alias.Compare("champion", (alias, 3), null, null));
    }

    [Fact]
    public void Zero_asks_that_there_is_none_yet()
    {
        Assert.Null(Alias.Compare("champion", null, expectVersion: 0, expectedRevision: null));
        Assert.Equal(new AliasMoved("champion", null, 3), Alias.Compare("champion", (alias, 3), expectVersion: 0, expectedRevision: null));
        Assert.Equal(new AliasMoved("champion", 3, null), Alias.Compare("champion", null, expectVersion: 3, expectedRevision: null));
    }

    [Fact]
    public void Every_move_tells_from_where_to_where()
    {
        var (before, after) = (alias.VersionId, VersionId.New(Now));

        var change = alias.Move(after, Bob, Now);

        Assert.Equal((before, after, "user:bob"), (change.FromVersionId, change.ToVersionId, change.Actor));
    }
}
