import time, pytest, os, cProfile, pstats
from datetime import date
from dudao_web.operations import demo, log
@pytest.mark.django_db
def test_full(settings, tmp_path):
    settings.DEMO=True; settings.DEMO_ON=None
    settings.DEMO_ACCOUNTS_FILE=tmp_path/"a.json"; settings.DEMO_ON_FILE=tmp_path/"demo-on"
    share=int(os.environ.get("SHARE","10"))
    t0=[time.time(), time.process_time()]
    def say(x):
        print(f"{time.time()-t0[0]:6.1f} {time.process_time()-t0[1]:6.1f} {x}", flush=True)
    pr=cProfile.Profile() if os.environ.get("PROF") else None
    if pr: pr.enable()
    demo.load(share=share, say=say)
    if pr: pr.disable(); pstats.Stats(pr).sort_stats("cumtime").print_stats(70)
    say("loaded")
    print(log.verify(chain_name=None,file=None,head=None)[1][:5])
    say("verified")
    from collections import Counter
    from dudao_web.campaigns.models import Case
    print(Counter(Case.objects.values_list("campaign__key","state","place__stage__key")))
    from dudao_web.pages import todo
    from dudao_web.orgs.models import Membership
    for a in demo.ACCOUNTS:
        m=Membership.objects.get(user__username=a.username)
        w=todo.work(m, settings.DEMO_ON)
        print("##",a.username, len(w.duties))
        for d in w.duties[:12]: print("   ",d.state,d.text,"|",d.note,"|",d.due)
    from dudao_web.evaluations.models import Evaluation
    from dudao_web.evaluations import queries as ev
    print([(r.county.name,r.year,r.status,ev.status(r).final) for r in Evaluation.objects.all()])
