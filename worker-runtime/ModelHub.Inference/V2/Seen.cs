namespace ModelHub.Inference.V2;

/// <summary>Which members of an object were there: a second one is refused, since readers differ on which counts.</summary>
internal struct Seen
{
    private int members;

    public RequestFault? Twice(int member, string name)
    {
        var before = members;
        members |= 1 << member;
        return before == members ? new RequestFault($"'{name}' is given twice.") : null;
    }
}
