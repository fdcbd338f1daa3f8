namespace ModelHub.Domain.Access;

public enum Role
{
    Viewer,
    Contributor,
    Approver,
    Operator,
    Admin,
}

public enum Permission
{
    Read,
    Write,
    RequestPromotion,
    Approve,
    Operate,
    Infer,
    Administer,
}

public enum TokenScope
{
    Read,
    Write,
    Infer,
    Admin,
}

public enum TokenKind
{
    /// <summary>Made by a person for a program.</summary>
    Service,

    /// <summary>A console session of a user.</summary>
    Session,

    /// <summary>Short-lived, made by a worker for itself.</summary>
    Worker,
}
