package claims

import (
	"math"
	"slices"
)

// ClockLeeway is how far the clocks of issuer and handler may differ, in seconds.
const ClockLeeway = 60

// Guard is what a handler asks of a token before it does anything: requirements, checked in the order
// in which they were added.
//
// Everything is denied that isn't certain: a claim that is missing, unknown, ambiguous or of another
// type refuses, and so does an empty list of what is allowed. A guard is never changed: each call
// gives a new one. Begin with AccessToken, IDToken or EitherToken; the zero value refuses every token.
//
//	err := AccessToken().
//		Client("7example23456789").
//		AllScopes("orders/write").
//		Org(orgInPath).
//		TierAtLeast("pro", "free", "pro", "enterprise").
//		Check(claims, time.Now().Unix())
type Guard struct {
	begun        bool
	requirements []requirement
}

type requirement struct {
	refusal Refusal
	isMet   func(claims *Claims, now int64) (bool, error)
}

// AccessToken wants an access token, which is what an API accepts.
func AccessToken() Guard {
	return EitherToken().tokenUse(TokenUseAccess)
}

// IDToken wants an ID token. It tells an app who signed in and is no key to an API.
func IDToken() Guard {
	return EitherToken().tokenUse(TokenUseID)
}

// EitherToken takes either token. An authorizer without scopes lets both through, so think twice.
func EitherToken() Guard {
	return Guard{begun: true}
}

func (g Guard) tokenUse(wanted TokenUse) Guard {
	return g.and(Refusal{reason: ReasonTokenUse}, func(claims *Claims, _ int64) (bool, error) {
		use, err := claims.TokenUse()
		return use == wanted, err
	})
}

// Client wants a token that was issued to one of these app clients.
func (g Guard) Client(ids ...string) Guard {
	ids = slices.Clone(ids)
	return g.and(Refusal{reason: ReasonClient}, func(claims *Claims, _ int64) (bool, error) {
		id, err := claims.ClientID()
		return slices.Contains(ids, id), err
	})
}

// AnyScope wants at least one of these scopes.
func (g Guard) AnyScope(scopes ...string) Guard {
	refusal := Refusal{reason: ReasonScope, words: slices.Clone(scopes)}
	return g.holds(refusal, anyOf(scopes), inTexts((*Claims).Scopes))
}

// AllScopes wants all of these scopes.
func (g Guard) AllScopes(scopes ...string) Guard {
	refusal := Refusal{reason: ReasonScope, words: slices.Clone(scopes)}
	return g.holds(refusal, allOf(scopes), inTexts((*Claims).Scopes))
}

// AnyGroup wants a user in at least one of these groups.
func (g Guard) AnyGroup(groups ...string) Guard {
	return g.holds(Refusal{reason: ReasonGroup}, anyOf(groups), inTexts((*Claims).Groups))
}

// AllGroups wants a user in all of these groups.
func (g Guard) AllGroups(groups ...string) Guard {
	return g.holds(Refusal{reason: ReasonGroup}, allOf(groups), inTexts((*Claims).Groups))
}

// Org wants a token that acts in this organisation, such as the one in the request's path.
func (g Guard) Org(id string) Guard {
	return g.and(Refusal{reason: ReasonOrg}, func(claims *Claims, _ int64) (bool, error) {
		org, err := claims.OrgID()
		return org == OrgID(id), err
	})
}

// TierAtLeast wants the tier `least` or a higher one. The others are the application's order, lowest
// first; a tier that isn't in it is below all.
func (g Guard) TierAtLeast(least string, ascending ...string) Guard {
	ascending = slices.Clone(ascending)
	return g.and(Refusal{reason: ReasonTier}, func(claims *Claims, _ int64) (bool, error) {
		tier, err := claims.Tier()
		rank, wanted := slices.Index(ascending, string(tier)), slices.Index(ascending, least)
		return wanted >= 0 && rank >= wanted, err
	})
}

// AnyRole wants a token that certainly lists at least one of these roles.
func (g Guard) AnyRole(roles ...string) Guard {
	return g.holds(Refusal{reason: ReasonRole}, anyOf(roles), inWords((*Claims).Roles))
}

// AllRoles wants a token that certainly lists all of these roles.
func (g Guard) AllRoles(roles ...string) Guard {
	return g.holds(Refusal{reason: ReasonRole}, allOf(roles), inWords((*Claims).Roles))
}

// AnyPermission wants a token that certainly lists at least one of these permissions.
func (g Guard) AnyPermission(permissions ...string) Guard {
	refusal := Refusal{reason: ReasonPermission}
	return g.holds(refusal, anyOf(permissions), inWords((*Claims).Permissions))
}

// AllPermissions wants a token that certainly lists all of these permissions.
func (g Guard) AllPermissions(permissions ...string) Guard {
	refusal := Refusal{reason: ReasonPermission}
	return g.holds(refusal, allOf(permissions), inWords((*Claims).Permissions))
}

// Feature wants a feature that is certainly on, in a set of the form `comma`, `space` or `list`.
func (g Guard) Feature(name string) Guard {
	return g.and(Refusal{reason: ReasonFeature}, func(claims *Claims, _ int64) (bool, error) {
		features, err := claims.Features()
		return features.Feature(name) == FeatureOn, err
	})
}

// FeatureIn wants a feature that is certainly on, in a set of the form `bits` that this catalogue
// wrote.
func (g Guard) FeatureIn(name string, catalogue Catalogue) Guard {
	return g.and(Refusal{reason: ReasonFeature}, func(claims *Claims, _ int64) (bool, error) {
		features, err := claims.FeaturesIn(catalogue)
		return err == nil && features.Feature(name) == FeatureOn, nil
	})
}

// IssuedWithin wants a token that was issued at most so many seconds ago, so that its claims are as
// fresh.
func (g Guard) IssuedWithin(seconds int64) Guard {
	return g.and(Refusal{reason: ReasonIssuedTooLongAgo}, func(claims *Claims, now int64) (bool, error) {
		moment, err := claims.IssuedAt()
		return isRecent(moment, now, seconds), err
	})
}

// AuthenticatedWithin wants a user who signed in at most so many seconds ago. A refresh doesn't count.
func (g Guard) AuthenticatedWithin(seconds int64) Guard {
	refusal := Refusal{reason: ReasonAuthenticatedTooLongAgo, maxAge: seconds}
	return g.and(refusal, func(claims *Claims, now int64) (bool, error) {
		moment, err := claims.AuthenticatedAt()
		return isRecent(moment, now, seconds), err
	})
}

// Authentication wants a sign-in that reached one of these levels of authentication, by the pool's
// names for them: the needed one and all that are better. A token that tells no level is refused.
//
// The refusal asks for step-up in the words of RFC 9470.
func (g Guard) Authentication(levels ...string) Guard {
	levels = slices.Clone(levels)
	refusal := Refusal{reason: ReasonAuthentication, words: levels}
	return g.and(refusal, func(claims *Claims, _ int64) (bool, error) {
		level, err := claims.AuthenticationLevel()
		return level != nil && slices.Contains(levels, *level), err
	})
}

// AnyMethod wants a sign-in that used at least one of these methods, such as `mfa`, `swk` or `hwk`.
func (g Guard) AnyMethod(methods ...string) Guard {
	refusal := Refusal{reason: ReasonAuthentication}
	return g.holds(refusal, anyOf(methods), inTexts((*Claims).AuthenticationMethods))
}

// AllMethods wants a sign-in that used all of these methods.
func (g Guard) AllMethods(methods ...string) Guard {
	refusal := Refusal{reason: ReasonAuthentication}
	return g.holds(refusal, allOf(methods), inTexts((*Claims).AuthenticationMethods))
}

// NoActor wants a token in which nobody acts for the subject. It tells delegation only: a token that
// was exchanged without an actor token looks like one of a sign-in.
func (g Guard) NoActor() Guard {
	return g.and(Refusal{reason: ReasonActor}, func(claims *Claims, _ int64) (bool, error) {
		actor, err := claims.Actor()
		return actor == nil, err
	})
}

// Check checks the requirements in their order. `now` is in seconds since 1970. The error is a
// *Refusal for the first requirement that isn't certainly met.
func (g Guard) Check(claims *Claims, now int64) error {
	if !g.begun {
		return &Refusal{reason: ReasonTokenUse}
	}
	if claims == nil {
		return &Refusal{reason: ReasonNoClaims}
	}
	for _, requirement := range g.requirements {
		if isMet, err := requirement.isMet(claims, now); err != nil || !isMet {
			refusal := requirement.refusal
			refusal.cause = err
			return &refusal
		}
	}
	return nil
}

func (g Guard) and(refusal Refusal, isMet func(*Claims, int64) (bool, error)) Guard {
	added := append(slices.Clone(g.requirements), requirement{refusal, isMet})
	return Guard{begun: g.begun, requirements: added}
}

// holding tells of a word whether a token certainly has it.
type holding func(word string) bool

func (g Guard) holds(refusal Refusal, isMet func(holding) bool, held func(*Claims) (holding, error)) Guard {
	return g.and(refusal, func(claims *Claims, _ int64) (bool, error) {
		holds, err := held(claims)
		return err == nil && isMet(holds), err
	})
}

func inTexts(texts func(*Claims) ([]string, error)) func(*Claims) (holding, error) {
	return func(claims *Claims) (holding, error) {
		all, err := texts(claims)
		return func(word string) bool { return slices.Contains(all, word) }, err
	}
}

func inWords(words func(*Claims) (Words, error)) func(*Claims) (holding, error) {
	return func(claims *Claims) (holding, error) {
		all, err := words(claims)
		return func(word string) bool { return all.Contains(word) == ListedYes }, err
	}
}

func anyOf(wanted []string) func(holding) bool {
	wanted = slices.Clone(wanted)
	return func(holds holding) bool { return slices.ContainsFunc(wanted, holds) }
}

// allOf of an empty list would let every token in; it is a mistake and lets none in.
func allOf(wanted []string) func(holding) bool {
	wanted = slices.Clone(wanted)
	return func(holds holding) bool {
		for _, word := range wanted {
			if !holds(word) {
				return false
			}
		}
		return len(wanted) > 0
	}
}

// isRecent tells whether a moment is at most so many seconds ago. One in the future is no fresh one:
// no token can have been issued then.
func isRecent(moment, now, seconds int64) bool {
	return moment <= later(now, ClockLeeway) && now <= later(moment, seconds)
}

// later adds seconds, and stays at the ends of time where it would go beyond.
func later(moment, seconds int64) int64 {
	switch {
	case seconds > 0 && moment > math.MaxInt64-seconds:
		return math.MaxInt64
	case seconds < 0 && moment < math.MinInt64-seconds:
		return math.MinInt64
	default:
		return moment + seconds
	}
}
