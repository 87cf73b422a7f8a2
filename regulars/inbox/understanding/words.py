"""Our own lists of words: what customers and people on networks say when they like or dislike something, when they
only tell news, and emoji by feeling. Written by hand for this program; the model learns what each list is worth.

A phrase may hold several words; "_" stands for no space in what `wording` makes ("going_to").
"""

from __future__ import annotations

LISTS: dict[str, str] = {
    "delight": """
        love; loved; loves; loving; adore; amazing; awesome; excellent; fantastic; wonderful; brilliant; perfect;
        perfectly; superb; outstanding; incredible; gorgeous; beautiful; beautifully; stunning; delicious; yummy;
        lovely; best; the best; best ever; favourite; favorite; fave; faves; epic; legend; legendary; magnificent;
        phenomenal; spectacular; flawless; impeccable; exceptional; delightful; dream come true; heaven; bliss;
        masterpiece; genius; stellar; top notch; first class; world class; five stars; 5 stars; a gem; absolute gem;
        game changer; blown away; mind blowing; over the moon; made my day; made my week; made my year; so good; so
        happy; so proud; so excited; so grateful; so blessed; so cute; so beautiful; so much fun; on point; on fire;
        killing it; killed it; nailed it; smashed it; slayed; slay; goat; the goat; fire; lit; dope; obsessed;
        obsessed with; in love with; must have; must see; must read; must try; can't recommend; highly recommend;
        recommend; recommended; would recommend; worth it; worth every penny; exceeded; exceeds; impressed; very
        impressed; pleasantly surprised; thrilled; ecstatic; delighted; overjoyed; stoked; pumped; hyped
    """,
    "warmth": """
        thank you; thanks; thank you so much; thanks so much; many thanks; cheers; grateful; appreciate;
        appreciated; much appreciated; shout out; shoutout; kudos; well done; good job; great job; nice work; great
        work; bravo; congrats; congratulations; happy birthday; happy anniversary; happy new year; merry christmas;
        good luck; best of luck; best wishes; god bless; blessed; blessing; proud; proud of; welcome back; miss you;
        love you; good morning; sweet dreams; have a great; have a good; have a nice; have fun; enjoy; hope you;
        feel better; get well; helpful; so helpful; friendly; kind; polite; attentive; patient; quick response;
        quick reply; fast delivery; fast shipping; came quickly; arrived early; arrived quickly; great service; good
        service; great customer service; excellent service; no problems; no issues; no complaints; works great;
        works well; works perfectly; fits perfectly; good value; great value; good quality; great quality; bargain;
        sorted it; solved; resolved; fixed it; happy customer; loyal customer; again and again; will be back; will
        buy again; well made; comfy; cosy; cozy; smooth; seamless; easy to use; stylish; reliable; trustworthy
    """,
    "eager": """
        can't wait; cannot wait; excited; exciting; excited for; excited to; looking forward; so ready; ready for;
        counting down; countdown; hope; hopefully; let's go; let's do this; bring it on; here we go; yay; yes!;
        yess; woo; woohoo; woop; hooray; hurray; finally got; finally here; finally have; off to see; date night;
        girls night; party; weekend; friyay; vacation; holiday; holidays; beach; sunshine; winning; win; wins; won;
        winner; victory; champions; champion; celebrate; celebrating; celebration; success; successful; fun; great;
        good; nice; cool; sweet; happy; glad; pleased; smile; smiling; laugh; haha; hahaha; lol; lmao; funny;
        hilarious; cute; adorable; pretty; handsome; beautiful; hot; sexy; talented; inspiring; inspired;
        inspiration; motivated; peaceful; relaxing; relaxed; refreshed; fresh; tasty; yum; better; much better;
        improved; upgrade; free; deal; gift; treat; surprise; magic; magical; special; wow; omg yes; hero; heroes;
        strong; brave; support; supporting; support our; good times; great time; good time; great day; great night;
        good vibes
    """,
    "anger": """
        hate; hated; hates; awful; terrible; horrible; horrendous; appalling; atrocious; dreadful; disgusting;
        disgraceful; disgrace; pathetic; useless; worthless; garbage; rubbish; trash; crap; crappy; shit; shitty;
        bullshit; bs; sucks; suck; sucked; worst; the worst; worst ever; joke; a joke; what a joke; absolute joke;
        ridiculous; unacceptable; inexcusable; outrageous; shame; shame on; shameful; ashamed; embarrassing; fuming;
        furious; livid; raging; angry; pissed; pissed off; mad at; fed up; sick of; sick and tired; tired of; done
        with; had enough; enough is enough; fuck; fucking; fucked; wtf; ffs; stfu; damn; dammit; bloody; hell no;
        idiot; idiots; idiotic; stupid; dumb; moron; morons; clown; clowns; liar; liars; lies; lying; lied; corrupt;
        crook; crooks; scam; scammed; scammer; scammers; fraud; con; rip off; ripoff; ripped off; thieves; robbed;
        stole; stolen; theft; cheat; cheated; greedy; greed; racist; racism; sexist; bigot; nazi; terrorist;
        terrorists; evil; vile; toxic; hypocrite; hypocrites; incompetent; incompetence; clueless; rude; arrogant;
        ignorant; disrespectful; unprofessional; boycott; never again; never buying; avoid; stay away; don't buy; do
        not buy; waste of money; waste of time; waste of space; total waste; stop lying; shut up; go away; get lost;
        cancel my
    """,
    "trouble": """
        broken; broke; broke down; breaks; faulty; defective; damaged; cracked; leaking; leaks; torn; ripped; dead;
        died; dying; doesn't work; does not work; not working; stopped working; won't work; isn't working; won't
        load; won't open; won't charge; won't connect; won't start; keeps crashing; keeps breaking; keeps losing;
        keeps dropping; keeps saying; crash; crashed; crashes; crashing; bug; buggy; bugs; glitch; glitches; laggy;
        lag; slow; so slow; freezing; freezes; frozen; error; errors; fail; failed; fails; failing; failure; outage;
        down again; is down; wrong; wrong item; wrong size; wrong order; missing; lost; delayed; delay; delays;
        late; cancelled; canceled; cancellation; stuck; stranded; still waiting; been waiting; waiting for hours; on
        hold; hours on hold; no reply; no response; no answer; never arrived; never received; hasn't arrived; not
        arrived; haven't received; not received; not delivered; ignored; ignoring; no help; unhelpful; refund;
        refunded; money back; want my money; overcharged; charged twice; double charged; overpriced; too expensive;
        rip; expensive; poor; poor quality; poor service; bad; bad service; bad experience; worse; getting worse;
        cheap; complaint; complain; complaining; disappointed; disappointing; disappointment; let down; letdown;
        frustrated; frustrating; frustration; annoyed; annoying; annoys; upset; unhappy; dissatisfied; issue;
        issues; problem; problems; mistake; mess; nightmare; disaster; dirty; filthy; smelly; stale; cold food;
        undercooked; inedible; gross; nasty; ugly; boring; dull; lame; weak; mediocre; underwhelming; overrated;
        unfair; unreliable; unsafe; dangerous; misleading; poorly; shambles; fiasco; farce; chaos; hassle; struggle;
        struggling
    """,
    "sorrow": """
        sad; so sad; sadly; sadness; unfortunately; crying; cry; cried; tears; heartbroken; heartbreaking;
        devastated; devastating; tragic; tragedy; miss; missing you; missed; lonely; alone; depressed; depressing;
        depression; anxious; anxiety; worried; worry; worrying; scared; scary; afraid; fear; fears; terrified;
        terrifying; nervous; stressed; stress; stressful; sick; ill; headache; migraine; pain; painful; hurts; hurt;
        injury; injured; sore; tired; exhausted; exhausting; ugh; meh; sigh; smh; oh no; bummer; bummed; gutted;
        regret; sorry; apologies; rip; r.i.p; killed; kills; killing; murder; murdered; attack; attacks; attacked;
        war; bomb; bombing; shooting; shot dead; victims; victim; deaths; death; cancer; disease; crisis; threat;
        threatens; threatened; violence; violent; abuse; abused; rape; arrested; jail; prison; guilty; sued;
        lawsuit; banned; ban; fired; sacked; unemployed; poverty; bankrupt; loss; lose; loses; losing; loser;
        losers; lost to; defeat; defeated; beaten; blame; blamed; fault; protest; condemn; condemns; slams; outrage;
        backlash; scandal; controversy; hoax; fake; rain; raining; monday; cold; freezing cold; can't sleep; can't
        even; can't believe; no one cares; why do; why is
    """,
    "news": """
        tomorrow; tonight; today; yesterday; this week; next week; this weekend; this month; next month; monday
        night; on monday; on tuesday; on wednesday; on thursday; on friday; on saturday; on sunday; tuesday;
        wednesday; thursday; friday; saturday; sunday; january; february; march; april; may; june; july; august;
        september; october; november; december; jan; feb; sept; oct; nov; dec; 1st; 2nd; 3rd; 4th; schedule;
        scheduled; announces; announced; announcement; announce; reports; report; reported; reportedly; according
        to; says; said; told; tells; launches; launch; launched; release; released; releases; update; updated;
        updates; breaking; via; watch; watch live; live at; live on; live from; tune in; read more; click here; sign
        up; register; join us; check out; follow; retweet; rt; dm; link in bio; new post; new video; podcast;
        episode; interview; trailer; preview; review; photos; video; album; tour; tickets; doors open; kick off;
        kickoff; vs; versus; fixture; lineup; line up; squad; match; game; round; season; series; final; finals;
        draw; score; poll; vote; voters; election; candidate; minister; president; senate; parliament; court; judge;
        police; officials; government; shares; stock; stocks; market; price; prices; quarter; ceo; hiring; job;
        jobs; apply; meeting; conference; event; events; opens; opening; closes; closing; starts; begins; ends;
        results; ranked; top 10; list of; where; when; what time; who is; who's; anyone; anybody; does anyone; has
        anyone; is there; are there; how much; how many; which; going to be; will be; is going; heading to; on my
        way; at the; in the; near
    """,
}

SIGNS: dict[str, str] = {
    "glad": (
        "😀😃😄😁😆😅😂🤣😊😇🙂😉😌😍🥰😘😗😙😚😋😛😜🤗🤩🥳😎🤠😸😹😻💕💖💗💘💝💞💟❤🧡💛💚💙💜🤍🤎♥❣💋👍👏"
        "🙌👐🤝🙏💪✌🤞👌🤙🎉🎊🎈🎁🏆🥇🌟⭐✨💫🔥💯☀🌞🌈🌸🌹🌺🌻🍾🥂🍻☺✔✅😏🤤😽👑💎🚀"
    ),
    "sore": (
        "😒😞😔😟😕🙁☹😣😖😫😩🥺😢😭😤😠😡🤬🤯😳🥵🥶😱😨😰😥😓🤢🤮🤧🤕🤒😷😵🙄😪😬😑😐🤦🤷👎💔🖕💩☠💀👿😈😾"
        "😿🙀❌🚫⛔🤡👹🤥😶"
    ),
}
